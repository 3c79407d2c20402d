// test-divergence: your divergence is infinite
double Divergence(double[] logits, double[] filtered)
{
    var (p, q) = (AtTemperature(logits, 1), AtTemperature(filtered, 1));
    return p.Zip(q).Where(pair => pair.First > 0).Sum(pair => pair.First * Math.Log(pair.First / pair.Second));
}
