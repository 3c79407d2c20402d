using Course.Layers;
using Course.Models;
using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// A policy and a value function. The value function says what reward is still to be expected at each state; it either reads the
/// policy's own final vectors (one trunk, two heads) or is a separate model.
/// </summary>
public sealed class ActorCritic : torch.nn.Module
{
    private readonly Gpt policy;
    private readonly Gpt? critic;
    private readonly Linear valueHead;

    /// <summary>Puts policy and value function together. The value head starts at 0: at first nothing is expected.</summary>
    /// <param name="policy">The policy; it becomes a part of this module, and is disposed with it.</param>
    /// <param name="critic">
    /// A separate model for the values, such as a copy of the policy or of the reward model; <see langword="null"/> to share the
    /// policy's trunk. It becomes a part too.
    /// </param>
    /// <exception cref="ArgumentException">The critic is the policy itself, or reads other tokens or fewer of them.</exception>
    public ActorCritic(Gpt policy, Gpt? critic = null)
        : base(nameof(ActorCritic))
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (critic == policy)
        {
            throw new ArgumentException("A separate critic is another model. To share the policy's trunk, leave it out.", nameof(critic));
        }

        if (critic is not null && (critic.VocabularySize != policy.VocabularySize || critic.BlockSize < policy.BlockSize))
        {
            throw new ArgumentException(
                $"The critic reads {critic.BlockSize} of {critic.VocabularySize} different tokens, the policy {policy.BlockSize} of "
                + $"{policy.VocabularySize}: they must read the same texts.", nameof(critic));
        }

        this.policy = policy;
        this.critic = critic;
        using var init = new Initialization(0, policy.Device);
        valueHead = new Linear(init.Zeros(1, (critic ?? policy).Config.Width), init.Zeros(1));
        RegisterComponents();
    }

    /// <summary>The policy.</summary>
    public Gpt Policy => policy;

    /// <summary>The separate model for the values, if there is one.</summary>
    public Gpt? Critic => critic;

    /// <summary>Turns a state's final vector into its value.</summary>
    public Linear ValueHead => valueHead;

    /// <summary>Both at every state.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <returns>The policy's logits, (batch, time, vocabulary), and the values, (batch, time).</returns>
    public (torch.Tensor Logits, torch.Tensor Values) Forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var vectors = policy.Vectors(input);                        // (batch, time, width)
        var logits = policy.ToLogits(vectors);
        var seen = critic is null ? vectors : critic.Vectors(input);
        var values = valueHead.forward(seen).squeeze(-1);
        return (logits.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }
}
