using TorchSharp;

namespace Course.Alignment.Exact;

/// <summary>What is exact about distributions over everything that can be said, given as log-probabilities (completions), float64.</summary>
public static class Distributions
{
    /// <summary>KL(p ‖ q) = Σ p (log p − log q), in nats.</summary>
    /// <param name="logP">log p of every completion.</param>
    /// <param name="logQ">log q of every completion.</param>
    /// <returns>A single number, with a gradient when its inputs have one.</returns>
    public static torch.Tensor Kl(torch.Tensor logP, torch.Tensor logQ)
    {
        using var scope = torch.NewDisposeScope();
        return (logP.exp() * (logP - logQ)).sum().MoveToOuterDisposeScope();
    }

    /// <summary>E_p[f] = Σ p f.</summary>
    /// <param name="logP">log p of every completion.</param>
    /// <param name="values">f of every completion.</param>
    /// <returns>A single number, with a gradient when its inputs have one.</returns>
    public static torch.Tensor Expectation(torch.Tensor logP, torch.Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        return (logP.exp() * values).sum().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What reinforcement learning from human feedback maximises: J(π) = E_π[r] − β KL(π ‖ π_ref) (Ziegler et al. 2019, equation 2;
    /// Rafailov et al. 2023, equation 3). Its gradient is the exact policy gradient.
    /// </summary>
    /// <param name="logPolicy">log π of every completion.</param>
    /// <param name="logReference">log π_ref of every completion.</param>
    /// <param name="rewards">r of every completion.</param>
    /// <param name="beta">β, the price of a nat of KL.</param>
    /// <returns>A single number, with a gradient when its inputs have one.</returns>
    public static torch.Tensor Objective(torch.Tensor logPolicy, torch.Tensor logReference, torch.Tensor rewards, double beta)
    {
        using var scope = torch.NewDisposeScope();
        return (Expectation(logPolicy, rewards) - (beta * Kl(logPolicy, logReference))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The policy that maximises <see cref="Objective"/>: π*(y) = π_ref(y) e^{r(y)/β} / Z (Rafailov et al. 2023, equation 4). The
    /// maximum is β log Z.
    /// </summary>
    /// <param name="logReference">log π_ref of every completion.</param>
    /// <param name="rewards">r of every completion.</param>
    /// <param name="beta">β, positive.</param>
    /// <returns>log π* of every completion.</returns>
    public static torch.Tensor Optimum(torch.Tensor logReference, torch.Tensor rewards, double beta)
    {
        if (!(beta > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "Without a price on KL the optimum is one completion, the best.");
        }

        using var scope = torch.NewDisposeScope();
        return (logReference + (rewards / beta)).log_softmax(0).MoveToOuterDisposeScope();
    }
}
