// test-block: the stream itself is never normalised
Tensor Block(Tensor x, Parts parts)
{
    var normed = parts.AttentionNorm(x);
    var stream = normed + parts.Attention(normed);
    var again = parts.FeedForwardNorm(stream);
    return again + parts.FeedForward(again);
}
