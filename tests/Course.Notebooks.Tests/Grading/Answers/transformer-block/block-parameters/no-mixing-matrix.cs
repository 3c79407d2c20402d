// test-block-parameters: attention has four matrices
long BlockParameters(long width, long heads, long keyValueHeads, long hidden, bool gated, bool bias)
{
    var shared = width / heads * keyValueHeads;
    var (wide, one) = (gated ? 2 : 1, bias ? 1 : 0);
    return (width * width) + (2 * width * shared) + (one * (width + (2 * shared)))
        + ((wide + 1) * width * hidden) + (one * ((wide * hidden) + width)) + (2 * width * (1 + one));
}
