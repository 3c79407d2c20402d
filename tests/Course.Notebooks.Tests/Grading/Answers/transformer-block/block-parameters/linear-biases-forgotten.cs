// test-block-parameters: the biases of the linear layers are missing
long BlockParameters(long width, long heads, long keyValueHeads, long hidden, bool gated, bool bias)
{
    var shared = width / heads * keyValueHeads;
    return (2 * width * width) + (2 * width * shared) + ((gated ? 3 : 2) * width * hidden) + (2 * width * (bias ? 2 : 1));
}
