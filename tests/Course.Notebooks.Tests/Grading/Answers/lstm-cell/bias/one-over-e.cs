// test-bias: you let 1/e be left
double KeepBias(double halfLife)
{
    var keep = Math.Exp(-1 / halfLife);
    return Math.Log(keep / (1 - keep));
}
