using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Several feed-forward layers of which each token uses only the few that a router picks for it: more parameters at the same
/// work per token (Shazeer et al. 2017; weights over the chosen ones only, as in Mixtral, Jiang et al. 2024, section 2.1).
/// </summary>
/// <remarks>
/// Left alone, a router sends everything to the few experts that happened to learn first. The load-balancing loss (Fedus, Zoph and
/// Shazeer 2022, equations 4 to 6, here for several experts per token) pulls against that: with f(e) the share of choices that fell
/// on expert e and P(e) the mean probability the router gave it, it is experts · Σ f(e)·P(e). It is 1 when all are used alike.
/// </remarks>
public sealed class MixtureOfExperts : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Linear router;
    private readonly TorchSharp.Modules.ModuleList<FeedForward> experts;

    /// <summary>Makes the router and the experts.</summary>
    /// <param name="width">Numbers in a position's vector.</param>
    /// <param name="count">How many experts there are.</param>
    /// <param name="perToken">How many of them a token uses.</param>
    /// <param name="init">Makes the router's parameters.</param>
    /// <param name="expert">Makes an expert, a layer from width to width.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MixtureOfExperts(int width, int count, int perToken, Initialization init, Func<FeedForward> expert)
        : base(nameof(MixtureOfExperts))
    {
        ArgumentNullException.ThrowIfNull(expert);
        Size.Positive(perToken);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(perToken, count);
        PerToken = perToken;
        router = new Linear(width, count, init, bias: false);
        experts = [.. Enumerable.Range(0, count).Select(_ => expert())];
        RegisterComponents();
    }

    /// <summary>How many experts a token uses.</summary>
    public int PerToken { get; }

    /// <summary>Says how well each expert suits a token: weight (experts, width).</summary>
    public Linear Router => router;

    /// <summary>The experts.</summary>
    public IReadOnlyList<FeedForward> Experts => [.. experts];

    /// <inheritdoc/>
    /// <param name="input">(…, width).</param>
    /// <returns>The same shape.</returns>
    public override torch.Tensor forward(torch.Tensor input) => Forward(input);

    /// <summary>Sends every token through its experts.</summary>
    /// <param name="input">(…, width).</param>
    /// <param name="balanceLosses">Gets the load-balancing loss, a single number with a gradient, appended when given.</param>
    /// <returns>The same shape.</returns>
    public torch.Tensor Forward(torch.Tensor input, IList<torch.Tensor>? balanceLosses = null)
    {
        using var scope = torch.NewDisposeScope();
        var tokens = input.reshape(-1, input.shape[^1]);                   // (tokens, width)
        var (chosen, shares, probabilities) = Route(tokens);
        var output = torch.zeros_like(tokens);
        for (var e = 0; e < experts.Count; e++)
        {
            using var step = torch.NewDisposeScope();
            var places = chosen.eq(e).nonzero();                           // (uses, 2): which token, as its which choice
            if (places.shape[0] == 0)
            {
                continue;
            }

            var rows = places.select(1, 0);                                // (uses)
            var share = shares[rows, places.select(1, 1)].unsqueeze(-1);   // (uses, 1)
            var result = experts[e].forward(tokens.index_select(0, rows)); // (uses, width)
            output = output.index_add(0, rows, (result * share).to(output.dtype), 1).MoveToOuterDisposeScope();
        }

        balanceLosses?.Add(BalanceLoss(chosen, probabilities).MoveToOuterDisposeScope());
        return output.reshape(input.shape).MoveToOuterDisposeScope();
    }

    /// <summary>The same by sending every token through every expert: wasteful, but short. For reading and for checking.</summary>
    /// <param name="input">(…, width).</param>
    /// <returns>The same shape.</returns>
    public torch.Tensor WrittenOut(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var (chosen, shares, probabilities) = Route(input);
        var weights = torch.zeros_like(probabilities).scatter(-1, chosen, shares);               // (…, experts), 0 for those not chosen
        var results = torch.stack([.. experts.Select(expert => expert.forward(input))], -1);     // (…, width, experts)
        return (results * weights.unsqueeze(-2)).sum(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Which experts each token uses.</summary>
    /// <param name="input">(…, width).</param>
    /// <returns>
    /// The chosen experts (…, per_token), the best first; their shares of the result, which add up to 1; and the probability of every
    /// expert (…, experts).
    /// </returns>
    public (torch.Tensor Chosen, torch.Tensor Shares, torch.Tensor Probabilities) Route(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var logits = router.forward(input).to(input.dtype);                // (…, experts)
        var (best, chosen) = logits.topk(PerToken, -1, largest: true, sorted: true);
        return (
            chosen.MoveToOuterDisposeScope(),
            best.softmax(-1).MoveToOuterDisposeScope(),
            logits.softmax(-1).MoveToOuterDisposeScope());
    }

    // experts · Σ f(e)·P(e). The counts f have no gradient; it is the probabilities that move.
    private torch.Tensor BalanceLoss(torch.Tensor chosen, torch.Tensor probabilities)
    {
        using var scope = torch.NewDisposeScope();
        var uses = chosen.reshape(-1).bincount(null, experts.Count).to(probabilities.dtype); // (experts)
        var share = uses / chosen.numel();
        var probability = probabilities.reshape(-1, experts.Count).mean([0]);
        return ((share * probability).sum() * experts.Count).MoveToOuterDisposeScope();
    }
}
