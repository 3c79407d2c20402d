// test-top-k: with 2 tokens and k = 5 your code stops
double[] TopK(double[] logits, int k)
{
    var order = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).ToArray();
    var result = Enumerable.Repeat(double.NegativeInfinity, logits.Length).ToArray();
    for (var rank = 0; rank < k; rank++)
    {
        result[order[rank]] = logits[order[rank]];
    }

    return result;
}
