using TorchSharp;
using TorchSharp.Modules;

namespace Course.Layers;

/// <summary>A table with one learned vector per token: reading row i is multiplying a one-hot vector with a matrix.</summary>
public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Parameter weight;

    /// <summary>A table of normal vectors.</summary>
    /// <param name="count">How many different tokens there are.</param>
    /// <param name="width">Numbers in a vector.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Embedding(long count, long width, Initialization init)
        : base(nameof(Embedding))
    {
        weight = init.Normal(Size.Positive(count), Size.Positive(width));
        RegisterComponents();
    }

    /// <summary>The table: (count, width).</summary>
    public Parameter Weight => weight;

    /// <inheritdoc/>
    /// <param name="input">Token numbers, int64, any shape.</param>
    /// <returns>The input's shape with the width appended.</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">On the CPU: a token is not in the table.</exception>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var width = weight.shape[1];
        // Row by row the same as weight[input]. gather refuses numbers outside the table, negative ones too, and its backward pass
        // adds up the gradients of repeated tokens in a fixed order on the CPU, where plain indexing lets threads race.
        var rows = input.reshape(-1, 1).expand(-1, width); // (tokens, width), a view: every column asks for the same row
        return weight.gather(0, rows).reshape([.. input.shape, width]).MoveToOuterDisposeScope();
    }
}
