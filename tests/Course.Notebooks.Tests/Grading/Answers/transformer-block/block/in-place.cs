// test-block: your block changes its input
Tensor Block(Tensor x, Parts parts)
{
    x.add_(parts.Attention(parts.AttentionNorm(x)));
    return x + parts.FeedForward(parts.FeedForwardNorm(x));
}
