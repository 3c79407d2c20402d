// test-bits: two groups of equal size are one yes-or-no question
double BitsPerPoint(int[] groups)
{
    return groups.GroupBy(g => g).Select(g => g.Count() / groups.Length).Where(p => p > 0).Sum(p => -p * Math.Log2(p));
}
