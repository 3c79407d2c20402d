// test-block-parameters: you count attention once for each head
long BlockParameters(long width, long heads, long keyValueHeads, long hidden, bool gated, bool bias)
{
    var (wide, one) = (gated ? 2 : 1, bias ? 1 : 0);
    return (heads * ((4 * width * width) + (one * 4 * width)))
        + ((wide + 1) * width * hidden) + (one * ((wide * hidden) + width)) + (2 * width * (1 + one));
}
