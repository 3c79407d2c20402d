// test-log-probability: softmax and then log loses it
Tensor LogProbability(Tensor logits, Tensor tokens, Tensor isCompletion)
{
    var time = tokens.shape[1];
    var logs = logits.narrow(1, 0, time - 1).softmax(-1).log();
    var chosen = logs.gather(-1, tokens.narrow(1, 1, time - 1).unsqueeze(-1)).squeeze(-1);
    return chosen.masked_fill(~isCompletion.narrow(1, 1, time - 1), 0).sum(-1);
}
