// test-block: the feed-forward layer comes first in yours
Tensor Block(Tensor x, Parts parts)
{
    var stream = x + parts.FeedForward(parts.FeedForwardNorm(x));
    return stream + parts.Attention(parts.AttentionNorm(stream));
}
