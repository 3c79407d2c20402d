// test-split-heads: time and head_dim have changed places
Tensor SplitHeads(Tensor x, int heads)
{
    return x.view(x.shape[0], x.shape[1], heads, x.shape[2] / heads).permute(0, 2, 3, 1).reshape(x.shape[0], heads, x.shape[1], x.shape[2] / heads);
}
