// test-divergence: that is in bits
double Divergence(double[] logits, double[] filtered)
{
    var (p, q) = (AtTemperature(logits, 1), AtTemperature(filtered, 1));
    return q.Zip(p).Where(pair => pair.First > 0).Sum(pair => pair.First * Math.Log2(pair.First / pair.Second));
}
