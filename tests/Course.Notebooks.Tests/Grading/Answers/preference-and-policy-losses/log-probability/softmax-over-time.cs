// test-log-probability: Over which dimension is your softmax?
Tensor LogProbability(Tensor logits, Tensor tokens, Tensor isCompletion)
{
    var time = tokens.shape[1];
    var logs = logits.narrow(1, 0, time - 1).log_softmax(1);
    var chosen = logs.gather(-1, tokens.narrow(1, 1, time - 1).unsqueeze(-1)).squeeze(-1);
    return chosen.masked_fill(~isCompletion.narrow(1, 1, time - 1), 0).sum(-1);
}
