// test-split-heads: you have cut the text, not the vectors
Tensor SplitHeads(Tensor x, int heads)
{
    return x.view(x.shape[0], heads, x.shape[1], x.shape[2] / heads);
}
