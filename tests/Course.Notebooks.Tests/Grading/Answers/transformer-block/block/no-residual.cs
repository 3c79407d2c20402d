// test-block: it does not take its place
Tensor Block(Tensor x, Parts parts)
{
    var stream = parts.Attention(parts.AttentionNorm(x));
    return parts.FeedForward(parts.FeedForwardNorm(stream));
}
