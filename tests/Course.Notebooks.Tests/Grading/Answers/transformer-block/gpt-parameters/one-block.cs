// test-gpt-parameters: you count one block
long GptParameters(long vocabulary, long blockSize, long layers, long width, long perBlock, bool learntPositions, bool tied, bool bias)
{
    return ((tied ? 1 : 2) * vocabulary * width) + (learntPositions ? blockSize * width : 0) + perBlock + (width * (bias ? 2 : 1));
}
