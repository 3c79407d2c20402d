// test-choose: you chose the price with the lowest mean
double ChooseLambda(double[] lambdas, double[][] errors)
{
    return lambdas[Enumerable.Range(0, lambdas.Length).MinBy(i => errors[i].Average())];
}
