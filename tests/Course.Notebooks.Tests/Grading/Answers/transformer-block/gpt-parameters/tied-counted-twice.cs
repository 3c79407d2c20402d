// test-gpt-parameters: a number that is used twice is stored and trained once
long GptParameters(long vocabulary, long blockSize, long layers, long width, long perBlock, bool learntPositions, bool tied, bool bias)
{
    return (2 * vocabulary * width) + (learntPositions ? blockSize * width : 0) + (layers * perBlock) + (width * (bias ? 2 : 1));
}
