// test-bits: you counted the groups only
double BitsPerPoint(int[] groups)
{
    return Math.Log2(groups.Distinct().Count());
}
