// test-block: what attention found is lost
Tensor Block(Tensor x, Parts parts)
{
    var stream = x + parts.Attention(parts.AttentionNorm(x));
    return x + parts.FeedForward(parts.FeedForwardNorm(stream));
}
