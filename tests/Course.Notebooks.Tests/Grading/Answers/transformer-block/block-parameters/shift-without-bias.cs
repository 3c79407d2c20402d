// test-block-parameters: without bias there are fewer parameters than you count
long BlockParameters(long width, long heads, long keyValueHeads, long hidden, bool gated, bool bias)
{
    var shared = width / heads * keyValueHeads;
    var (wide, one) = (gated ? 2 : 1, bias ? 1 : 0);
    return (2 * width * width) + (2 * width * shared) + (one * ((2 * width) + (2 * shared)))
        + ((wide + 1) * width * hidden) + (one * ((wide * hidden) + width)) + (4 * width);
}
