// test-bits: your bits are negative
double BitsPerPoint(int[] groups)
{
    return groups.GroupBy(g => g).Select(g => (double)g.Count() / groups.Length).Sum(p => p * Math.Log2(p));
}
