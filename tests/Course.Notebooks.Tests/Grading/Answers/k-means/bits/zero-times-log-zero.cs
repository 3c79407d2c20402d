// test-bits: a group without points
double BitsPerPoint(int[] groups)
{
    var bits = 0.0;
    for (var c = 0; c <= groups.Max(); c++)
    {
        var p = (double)groups.Count(g => g == c) / groups.Length;
        bits -= p * Math.Log2(p);
    }
    return bits;
}
