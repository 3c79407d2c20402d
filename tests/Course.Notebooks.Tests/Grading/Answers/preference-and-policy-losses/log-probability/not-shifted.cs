// test-log-probability: They speak about the NEXT token
Tensor LogProbability(Tensor logits, Tensor tokens, Tensor isCompletion)
{
    var chosen = logits.log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
    return chosen.masked_fill(~isCompletion, 0).sum(-1);
}
