using Course.Data;
using TorchSharp;

namespace Course.Training;

/// <summary>
/// Guess hidden tokens from both sides: BERT's objective (Devlin et al. 2019, section 3.1 and appendix A.1). A share of the tokens
/// is chosen; of these, 80 % are replaced by the mask token, 10 % by a random one and 10 % stay as they are. The last two are there
/// because the mask token never occurs outside training: the model must look at every token, masked or not.
/// </summary>
public sealed class MaskedObjective : ILanguageObjective
{
    /// <summary>The target that asks for nothing.</summary>
    public const long NoTarget = TokenBatch.NoTarget;

    private const double MaskShare = 0.8;
    private const double RandomShare = 0.1;

    private readonly int maskToken;
    private readonly int vocabularySize;
    private readonly double share;
    private readonly long seed;
    private readonly HashSet<long> untouchable;

    /// <summary>Describes the objective.</summary>
    /// <param name="maskToken">The token that hides another.</param>
    /// <param name="vocabularySize">Random replacements are drawn from 0 up to, and not including, this.</param>
    /// <param name="share">How many of the tokens are chosen, in (0, 1].</param>
    /// <param name="seed">Another seed chooses others.</param>
    /// <param name="untouchable">Tokens that are never chosen and never drawn: separators, padding. The mask token is one anyway.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">No token is left to draw.</exception>
    public MaskedObjective(
        int maskToken, int vocabularySize, double share = 0.15, long seed = 0, IEnumerable<int>? untouchable = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        ArgumentOutOfRangeException.ThrowIfNegative(maskToken);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(maskToken, vocabularySize);
        if (!(share > 0 && share <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of chosen tokens lies in (0, 1]; BERT uses 0.15.");
        }

        this.maskToken = maskToken;
        this.vocabularySize = vocabularySize;
        this.share = share;
        this.seed = seed;
        this.untouchable = [maskToken, .. (untouchable ?? []).Select(token => (long)token)];
        if (this.untouchable.Count(token => token >= 0 && token < vocabularySize) == vocabularySize)
        {
            throw new ArgumentException("Every token is untouchable: there is nothing to predict.", nameof(untouchable));
        }
    }

    /// <inheritdoc/>
    /// <remarks>When chance chooses no token, one is chosen, so that the loss is defined; a batch of untouchable tokens has none.</remarks>
    public TokenBatch Apply(TokenBatch batch, long index)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var random = SplitMix64.For(seed, index);
        long[] tokens;
        using (var onCpu = batch.Inputs.cpu())
        {
            tokens = onCpu.data<long>().ToArray();
        }

        var targets = new long[tokens.Length];
        Array.Fill(targets, NoTarget);
        var candidates = new List<int>();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (!untouchable.Contains(tokens[i]))
            {
                candidates.Add(i);
            }
        }

        var chosen = 0;
        foreach (var position in candidates)
        {
            if (random.NextDouble() < share)
            {
                Hide(position, ref random);
                chosen++;
            }
        }

        if (chosen == 0 && candidates.Count > 0)
        {
            Hide(random.Pick(candidates), ref random);
        }

        var shape = batch.Inputs.shape;
        var device = batch.Inputs.device;
        return new TokenBatch(torch.tensor(tokens, shape, device: device), torch.tensor(targets, shape, device: device));

        void Hide(int position, ref SplitMix64 random)
        {
            targets[position] = tokens[position];
            var dice = random.NextDouble();
            if (dice < MaskShare)
            {
                tokens[position] = maskToken;
            }
            else if (dice < MaskShare + RandomShare)
            {
                tokens[position] = RandomToken(ref random);
            }
        }
    }

    private long RandomToken(ref SplitMix64 random)
    {
        while (true)
        {
            long token = random.Next(vocabularySize);
            if (!untouchable.Contains(token))
            {
                return token;
            }
        }
    }
}
