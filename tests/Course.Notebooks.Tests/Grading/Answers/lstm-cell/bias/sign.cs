// test-bias: your bias is negative
double KeepBias(double halfLife)
{
    var keep = Math.Pow(2, -1 / halfLife);
    return Math.Log(1 / keep - 1);
}
