// test-gpt-parameters: the last linear layer has no bias
long GptParameters(long vocabulary, long blockSize, long layers, long width, long perBlock, bool learntPositions, bool tied, bool bias)
{
    var head = tied ? 0 : (vocabulary * width) + (bias ? vocabulary : 0);
    return (vocabulary * width) + head + (learntPositions ? blockSize * width : 0) + (layers * perBlock) + (width * (bias ? 2 : 1));
}
