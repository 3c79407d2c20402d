using Course.Layers;
using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// A GPT: tokens become vectors, a stack of <see cref="TransformerBlock"/>s refines them, and each final vector is compared with
/// the vector of every token to say how likely it comes next (Radford et al. 2019). With <see cref="GptConfig.Causal"/> off the
/// same stack sees both sides and becomes a masked language model (Devlin et al. 2019).
/// </summary>
public sealed class Gpt : LanguageModel
{
    private readonly Embedding tokens;
    private readonly Positions positions;
    private readonly TorchSharp.Modules.ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;
    private readonly Linear? head;

    /// <summary>Builds the model with fresh weights.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public Gpt(GptConfig config, long seed = 0, torch.Device? device = null)
        : base(nameof(Gpt))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        Mask = config.Causal ? AttentionMask.Causal : AttentionMask.None;
        using var init = new Initialization(seed, device, config.WeightDeviation);
        tokens = new Embedding(config.VocabularySize, config.Width, init);
        positions = new Positions(config.Positions, config.BlockSize, config.Width, init);
        blocks = [.. Enumerable.Range(0, config.Layers).Select(_ => Block(config, Mask, init))];
        norm = new LayerNorm(config.Width, init, config.Bias);
        head = config.TieWeights ? null : new Linear(config.Width, config.VocabularySize, init, bias: false);
        RegisterComponents();
    }

    /// <summary>The model's shape.</summary>
    public GptConfig Config { get; }

    /// <summary>Who sees whom.</summary>
    public AttentionMask Mask { get; }

    /// <inheritdoc/>
    public override int VocabularySize => Config.VocabularySize;

    /// <inheritdoc/>
    public override int BlockSize => Config.BlockSize;

    /// <inheritdoc/>
    public override torch.Device Device => tokens.Weight.device;

    /// <summary>The table that turns tokens into vectors.</summary>
    public Embedding Tokens => tokens;

    /// <summary>The table of positions.</summary>
    public Positions Positions => positions;

    /// <summary>The stack of blocks, first to last.</summary>
    public IReadOnlyList<TransformerBlock> Blocks => [.. blocks];

    /// <summary>Normalises the vectors before they are compared with the vocabulary.</summary>
    public LayerNorm Norm => norm;

    /// <summary>The table that turns vectors into logits, (vocabulary, width): the token table itself when tied.</summary>
    public torch.Tensor HeadWeight => head?.Weight ?? tokens.Weight;

    /// <inheritdoc/>
    public override torch.Tensor Logits(torch.Tensor input, torch.Tensor? isReal = null)
    {
        using var scope = torch.NewDisposeScope();
        return ToLogits(Vectors(input, isReal)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override torch.Tensor NextLogits(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        // Only the last vector is compared with the vocabulary, which is the larger part of the work when the vocabulary is large.
        return ToLogits(Vectors(input).select(1, -1)).MoveToOuterDisposeScope();
    }

    /// <summary>The final vector of each position, normalised, before it is compared with the vocabulary.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <param name="isReal">(batch, time), bool: false for padding; <see langword="null"/> for none.</param>
    /// <param name="record">Gets the attention weights of each block appended when given.</param>
    /// <returns>(batch, time, width).</returns>
    /// <exception cref="ArgumentException">The input has another shape or is too long.</exception>
    public torch.Tensor Vectors(torch.Tensor input, torch.Tensor? isReal = null, IList<torch.Tensor>? record = null)
    {
        CheckTokens(input);
        using var scope = torch.NewDisposeScope();
        var mask = isReal is null ? Mask : Mask.WithPadding(isReal);
        var isTraining = Config.Dropout > 0 && training;
        var stream = Dropout.Apply(positions.forward(tokens.forward(input)), Config.Dropout, isTraining); // (batch, time, width)
        foreach (var block in blocks)
        {
            stream = block.Forward(stream, mask, record);
        }

        foreach (var weights in record ?? [])
        {
            weights.MoveToOuterDisposeScope();
        }

        return norm.forward(stream).MoveToOuterDisposeScope();
    }

    /// <summary>Compares vectors with the vector of every token.</summary>
    /// <param name="vectors">(…, width).</param>
    /// <returns>(…, vocabulary).</returns>
    public torch.Tensor ToLogits(torch.Tensor vectors) => torch.nn.functional.linear(vectors, HeadWeight);

    /// <summary>Who looked at whom: the attention weights of every layer, for pictures.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <returns>One tensor per layer, (batch, head, time, time): row = who looks, column = at whom; rows add up to 1.</returns>
    public IReadOnlyList<torch.Tensor> AttentionWeights(torch.Tensor input)
    {
        using var evaluating = this.Evaluating();
        var record = new List<torch.Tensor>(Config.Layers);
        Vectors(input, record: record).Dispose();
        return record;
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(Gpt), Config);

    /// <summary>Reads a model written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static Gpt Load(string path, torch.Device? device = null) =>
        ModelFile.Load<Gpt, GptConfig>(path, nameof(Gpt), config => config.Validated().StoredNumbers, config => new Gpt(config, device: device));

    private static TransformerBlock Block(GptConfig config, AttentionMask mask, Initialization init)
    {
        var scale = Initialization.ResidualScale(config.Layers);
        var attention = new MultiHeadAttention(
            config.Width, config.Heads, init, mask, config.Bias, config.Dropout, config.Attention, scale);
        var feedForward = new FeedForward(config.Width, config.FeedForwardSize, init, config.Activation, config.Bias, scale);
        return new TransformerBlock(attention, feedForward, init, config.Bias, config.Dropout);
    }

    private void CheckTokens(torch.Tensor input)
    {
        if (input.dim() != 2 || input.dtype != torch.ScalarType.Int64)
        {
            throw new ArgumentException(
                $"Tokens must be int64 with the shape (batch, time); they are {input.dtype} with the shape "
                + $"({string.Join(", ", input.shape)}).", nameof(input));
        }

        if (input.shape[1] > Config.BlockSize)
        {
            throw new ArgumentException(
                $"The text has {input.shape[1]} tokens, but the model reads at most {Config.BlockSize} at once.", nameof(input));
        }
    }
}
