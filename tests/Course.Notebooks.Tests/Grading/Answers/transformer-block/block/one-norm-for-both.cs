// test-block: the feed-forward layer reads through the norm of attention
Tensor Block(Tensor x, Parts parts)
{
    var stream = x + parts.Attention(parts.AttentionNorm(x));
    return stream + parts.FeedForward(parts.AttentionNorm(stream));
}
