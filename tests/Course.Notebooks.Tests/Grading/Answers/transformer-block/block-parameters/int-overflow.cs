// test-block-parameters: does an int overflow somewhere?
long BlockParameters(long width, long heads, long keyValueHeads, long hidden, bool gated, bool bias)
{
    int w = (int)width, h = (int)hidden, shared = w / (int)heads * (int)keyValueHeads, wide = gated ? 2 : 1, one = bias ? 1 : 0;
    var bytes = 4 * ((2 * w * w) + (2 * w * shared) + (one * ((2 * w) + (2 * shared)))
        + ((wide + 1) * w * h) + (one * ((wide * h) + w)) + (2 * w * (1 + one)));
    return bytes / 4;
}
