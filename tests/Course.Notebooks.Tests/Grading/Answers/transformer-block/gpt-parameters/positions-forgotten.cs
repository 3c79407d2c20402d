// test-gpt-parameters: the table of positions is missing
long GptParameters(long vocabulary, long blockSize, long layers, long width, long perBlock, bool learntPositions, bool tied, bool bias)
{
    return ((tied ? 1 : 2) * vocabulary * width) + (layers * perBlock) + (width * (bias ? 2 : 1));
}
