using Course.Data;
using Course.Models;
using TorchSharp;

namespace Course.Alignment;

/// <summary>
/// How likely a model finds the tokens that were written: log π(a|s), the quantity every method of this part is made of. Each
/// position t of a batch is a state (the tokens up to t) whose action is the target at t (the token after it).
/// </summary>
public static class LogProbabilities
{
    /// <summary>Where an action stands: (batch, time), bool, false for prompts and padding.</summary>
    /// <param name="batch">Tokens, with targets at the actions only.</param>
    public static torch.Tensor IsAction(TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Targets.ne(TokenBatch.NoTarget);
    }

    /// <summary>The log-probability of each target: log softmax(logits / temperature), at the target.</summary>
    /// <param name="logits">(batch, time, vocabulary).</param>
    /// <param name="targets">(batch, time), int64; <see cref="TokenBatch.NoTarget"/> where there is none.</param>
    /// <param name="temperature">
    /// That of the sampling: what was sampled at a temperature came from a sharper or flatter policy, and its probability is that
    /// policy's.
    /// </param>
    /// <returns>(batch, time), 0 where there is no target.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not positive.</exception>
    public static torch.Tensor Of(torch.Tensor logits, torch.Tensor targets, double temperature = 1)
    {
        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature of a policy is positive.");
        }

        using var scope = torch.NewDisposeScope();
        var logs = (logits / temperature).log_softmax(-1);                                   // (batch, time, vocabulary)
        var chosen = logs.gather(-1, targets.clamp_min(0).unsqueeze(-1)).squeeze(-1);        // (batch, time)
        return chosen.masked_fill(targets.eq(TokenBatch.NoTarget), 0).MoveToOuterDisposeScope();
    }

    /// <summary>The log-probability of each target under a model.</summary>
    /// <param name="model">The model, in the mode it is in.</param>
    /// <param name="batch">Tokens and targets, (batch, time).</param>
    /// <param name="temperature">That of the sampling.</param>
    /// <returns>(batch, time), 0 where there is no target.</returns>
    public static torch.Tensor Of(LanguageModel model, TokenBatch batch, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        return Of(model.Logits(batch.Inputs), batch.Targets, temperature).MoveToOuterDisposeScope();
    }

    /// <summary>The log-probability of each row's targets together: the sum over its tokens.</summary>
    /// <param name="model">The model, in the mode it is in.</param>
    /// <param name="batch">Tokens and targets, (batch, time).</param>
    /// <param name="temperature">That of the sampling.</param>
    /// <returns>(batch).</returns>
    public static torch.Tensor OfRows(LanguageModel model, TokenBatch batch, double temperature = 1)
    {
        using var scope = torch.NewDisposeScope();
        return Of(model, batch, temperature).sum(-1).MoveToOuterDisposeScope();
    }

    /// <summary>How undecided the policy is at each position: −Σ π log π, in nats.</summary>
    /// <param name="logits">(batch, time, vocabulary).</param>
    /// <param name="temperature">That of the sampling.</param>
    /// <returns>(batch, time), prompts and padding included.</returns>
    public static torch.Tensor Entropy(torch.Tensor logits, double temperature = 1)
    {
        using var scope = torch.NewDisposeScope();
        var logs = (logits / temperature).log_softmax(-1);
        return (-(logs.exp() * logs).sum(-1)).MoveToOuterDisposeScope();
    }
}
