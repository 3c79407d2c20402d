// test-gpt-parameters: the norm after the last block is missing
long GptParameters(long vocabulary, long blockSize, long layers, long width, long perBlock, bool learntPositions, bool tied, bool bias)
{
    return ((tied ? 1 : 2) * vocabulary * width) + (learntPositions ? blockSize * width : 0) + (layers * perBlock);
}
