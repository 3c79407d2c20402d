// test-block: attention reads the stream as it is
Tensor Block(Tensor x, Parts parts)
{
    var stream = x + parts.Attention(x);
    return stream + parts.FeedForward(parts.FeedForwardNorm(stream));
}
