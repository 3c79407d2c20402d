using TorchSharp;
using TorchSharp.Modules;

namespace Course.Layers;

/// <summary>How a model learns the order of its tokens: attention by itself sees a set, not a row.</summary>
public enum PositionKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>A learned vector per position, added to the token's (GPT-2, BERT).</summary>
    Learned,

    /// <summary>Fixed waves of different lengths, added to the token's vector (Vaswani et al. 2017, section 3.5).</summary>
    Sinusoidal,

    /// <summary>Queries and keys are turned by their positions, inside attention: <see cref="Layers.Rotary"/> (Llama).</summary>
    Rotary,

    /// <summary>Scores shrink with distance, inside attention: <see cref="Layers.Alibi"/>.</summary>
    Alibi,
}

/// <summary>
/// A table with one vector per position. Kinds that work inside attention, on queries and keys (<see cref="Rotary"/>) or on the scores
/// (<see cref="Alibi"/>), hang on <see cref="MultiHeadAttention"/> instead and have no table here.
/// </summary>
public sealed class Positions : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Parameter? weight;
    private readonly torch.Tensor? waves;

    /// <summary>Makes the table.</summary>
    /// <param name="kind">Learned, waves, or none.</param>
    /// <param name="count">The longest text, in tokens.</param>
    /// <param name="width">Numbers in a position's vector.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the kind is unknown.</exception>
    public Positions(PositionKind kind, int count, int width, Initialization init)
        : base(nameof(Positions))
    {
        Kind = kind;
        Count = (int)Size.Positive(count);
        Size.Positive(width);
        switch (kind)
        {
            case PositionKind.None or PositionKind.Rotary or PositionKind.Alibi:
                break;
            case PositionKind.Learned:
                weight = init.Normal(count, width);
                break;
            case PositionKind.Sinusoidal:
                waves = Sinusoidal(count, width, init.Device).DetachFromDisposeScope();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of positions.");
        }

        RegisterComponents();
    }

    /// <summary>Learned, waves, or none.</summary>
    public PositionKind Kind { get; }

    /// <summary>The longest text, in tokens.</summary>
    public int Count { get; }

    /// <summary>The table: (count, width); <see langword="null"/> for a kind that adds nothing to the vectors.</summary>
    public torch.Tensor? Table => weight ?? waves;

    /// <summary>
    /// The table of waves: PE(p, 2i) = sin(p / 10000^(2i/width)), PE(p, 2i+1) = cos of the same (Vaswani et al. 2017, section 3.5).
    /// </summary>
    /// <param name="count">Positions.</param>
    /// <param name="width">Numbers in a position's vector.</param>
    /// <param name="device">Where the table is made.</param>
    /// <returns>(count, width).</returns>
    public static torch.Tensor Sinusoidal(int count, int width, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        var position = torch.arange(count, torch.float64, device: device).unsqueeze(1);                  // (count, 1)
        var column = torch.arange(width, torch.float64, device: device);                                  // (width)
        var isOdd = column.remainder(2);
        var frequency = ((column - isOdd) * (-Math.Log(10_000) / width)).exp();                   // 10000^(−2i/width)
        // The cosine is the sine a quarter turn later.
        var table = (position * frequency + isOdd * (Math.PI / 2)).sin();
        return table.to(torch.float32).MoveToOuterDisposeScope();
    }

    /// <summary>Adds each position's vector to the token standing there.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <returns>(batch, time, width).</returns>
    public override torch.Tensor forward(torch.Tensor input) => Forward(input, 0);

    /// <summary>Adds positions that do not start at 0: tokens that continue an earlier text.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="start">The first token's position.</param>
    /// <returns>(batch, time, width).</returns>
    /// <exception cref="ArgumentException">The text is longer than the table.</exception>
    public torch.Tensor Forward(torch.Tensor input, long start)
    {
        if (Table is not { } table)
        {
            return input.alias();
        }

        var time = input.shape[1];
        if (start < 0 || start + time > Count)
        {
            throw new ArgumentException(
                $"Positions {start} to {start + time - 1} were asked for, but the table ends at {Count - 1}.", nameof(input));
        }

        using var rows = table.narrow(0, start, time); // (time, width)
        return input + rows;
    }

    /// <summary>Adds positions that each token names itself: texts of unequal lengths in one batch.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="places">The position of every token, (batch, time), int64.</param>
    /// <returns>(batch, time, width).</returns>
    public torch.Tensor Forward(torch.Tensor input, torch.Tensor places)
    {
        if (Table is not { } table)
        {
            return input.alias();
        }

        using var flat = places.reshape(-1);
        using var rows = table.index_select(0, flat); // (batch · time, width)
        using var shaped = rows.view(input.shape);
        return input + shaped;
    }
}
