// test-divergence: the sign is the wrong way round
double Divergence(double[] logits, double[] filtered)
{
    var (p, q) = (AtTemperature(logits, 1), AtTemperature(filtered, 1));
    return q.Zip(p).Where(pair => pair.First > 0).Sum(pair => pair.First * Math.Log(pair.Second / pair.First));
}
