// test-softmax: you divided the scores themselves
double[] Softmax(double[] scores)
{
    return scores.Select(score => score / scores.Sum()).ToArray();
}
