// test-join-heads: your heads are interleaved number by number
Tensor JoinHeads(Tensor x)
{
    return x.permute(0, 2, 3, 1).reshape(x.shape[0], x.shape[2], x.shape[1] * x.shape[3]);
}
