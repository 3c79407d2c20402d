namespace Course.Tokenization;

/// <summary>One merge of a training run.</summary>
/// <param name="Rank">The number of the merge, from 0.</param>
/// <param name="Pair">The two tokens that were merged.</param>
/// <param name="Token">The id of the token they became.</param>
/// <param name="Text">The new token as text, bytes that are no character by themselves as <c>\xE2</c>.</param>
/// <param name="Count">
/// How often the pair stood side by side in the text. Pairs that overlap count each: there are two pairs (a, a) in "aaa".
/// </param>
/// <param name="CorpusTokens">How many tokens the training text has after the merge. It began with its number of bytes.</param>
public sealed record BpeMergeStep(int Rank, TokenPair Pair, int Token, string Text, long Count, long CorpusTokens);
