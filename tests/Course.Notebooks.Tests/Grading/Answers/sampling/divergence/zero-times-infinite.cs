// test-divergence: 0 · ln 0 is not a number
double Divergence(double[] logits, double[] filtered)
{
    var (p, q) = (AtTemperature(logits, 1), AtTemperature(filtered, 1));
    return q.Zip(p).Sum(pair => pair.First * Math.Log(pair.First / pair.Second));
}
