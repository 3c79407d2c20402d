// test-block: the stream itself is never normalised
Tensor Block(Tensor x, Parts parts)
{
    var stream = parts.AttentionNorm(x + parts.Attention(x));
    return parts.FeedForwardNorm(stream + parts.FeedForward(stream));
}
