// test-block: the feed-forward layer reads the stream as it was before attention
Tensor Block(Tensor x, Parts parts)
{
    return x + parts.Attention(parts.AttentionNorm(x)) + parts.FeedForward(parts.FeedForwardNorm(x));
}
