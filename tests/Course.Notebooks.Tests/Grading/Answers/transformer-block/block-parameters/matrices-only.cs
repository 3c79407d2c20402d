// test-block-parameters: biases and norms come on top of them
long BlockParameters(long width, long heads, long keyValueHeads, long hidden, bool gated, bool bias)
{
    var shared = width / heads * keyValueHeads;
    return (2 * width * width) + (2 * width * shared) + ((gated ? 3 : 2) * width * hidden);
}
