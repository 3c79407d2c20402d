// test-softmax: your shares do not sum to 1
double[] Softmax(double[] scores)
{
    return scores.Select(Math.Exp).ToArray();
}
