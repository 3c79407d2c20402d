// test-join-heads: view cannot copy; reshape can
Tensor JoinHeads(Tensor x)
{
    return x.transpose(1, 2).view(x.shape[0], x.shape[2], x.shape[1] * x.shape[3]);
}
