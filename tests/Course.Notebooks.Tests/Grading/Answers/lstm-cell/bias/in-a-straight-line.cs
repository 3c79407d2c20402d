// test-bias: each step loses a share of what is left
double KeepBias(double halfLife)
{
    var keep = 1 - 1 / (2 * halfLife);
    return Math.Log(keep / (1 - keep));
}
