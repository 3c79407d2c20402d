// test-gpt-parameters: with rotary positions there is no table of positions
long GptParameters(long vocabulary, long blockSize, long layers, long width, long perBlock, bool learntPositions, bool tied, bool bias)
{
    return ((tied ? 1 : 2) * vocabulary * width) + (blockSize * width) + (layers * perBlock) + (width * (bias ? 2 : 1));
}
