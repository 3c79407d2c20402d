// test-divergence: It is not only minus the logarithm of what was kept
double Divergence(double[] logits, double[] filtered)
{
    var p = AtTemperature(logits, 1);
    return -Math.Log(p.Where((_, token) => !double.IsNegativeInfinity(filtered[token])).Sum());
}
