// test-split-heads: A head owns neighbouring numbers
Tensor SplitHeads(Tensor x, int heads)
{
    return x.view(x.shape[0], x.shape[1], x.shape[2] / heads, heads).permute(0, 3, 1, 2);
}
