// test-split-heads: your result is (batch, time, heads, head_dim)
Tensor SplitHeads(Tensor x, int heads)
{
    return x.view(x.shape[0], x.shape[1], heads, x.shape[2] / heads);
}
