// test-gpt-parameters: when the last layer is not tied it has a matrix of its own
long GptParameters(long vocabulary, long blockSize, long layers, long width, long perBlock, bool learntPositions, bool tied, bool bias)
{
    return (vocabulary * width) + (learntPositions ? blockSize * width : 0) + (layers * perBlock) + (width * (bias ? 2 : 1));
}
