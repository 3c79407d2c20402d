// test-softmax: for large scores yours gives NaN
double[] Softmax(double[] scores)
{
    var weights = scores.Select(Math.Exp).ToArray();
    return weights.Select(weight => weight / weights.Sum()).ToArray();
}
