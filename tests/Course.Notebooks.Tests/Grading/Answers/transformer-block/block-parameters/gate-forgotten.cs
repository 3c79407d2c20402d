// test-block-parameters: the gate's matrix is missing
long BlockParameters(long width, long heads, long keyValueHeads, long hidden, bool gated, bool bias)
{
    var (shared, one) = (width / heads * keyValueHeads, bias ? 1 : 0);
    return (2 * width * width) + (2 * width * shared) + (one * ((2 * width) + (2 * shared)))
        + (2 * width * hidden) + (one * (hidden + width)) + (2 * width * (1 + one));
}
