// test-bits: you took the natural logarithm
double BitsPerPoint(int[] groups)
{
    return groups.GroupBy(g => g).Select(g => (double)g.Count() / groups.Length).Sum(p => -p * Math.Log(p));
}
