// test-top-k: A border score with >= lets in everybody who has it
double[] TopK(double[] logits, int k)
{
    var border = logits.OrderDescending().Take(k).Last();
    return [.. logits.Select(z => z >= border ? z : double.NegativeInfinity)];
}
