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
    private readonly TransformerStack stack;
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
        stack = new TransformerStack(config.Stack, init, Mask);
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

    /// <summary>The blocks and the norm after them.</summary>
    public TransformerStack Stack => stack;

    /// <summary>The blocks, first to last.</summary>
    public IReadOnlyList<TransformerBlock> Blocks => stack.Blocks;

    /// <summary>Normalises the vectors before they are compared with the vocabulary; a post-norm model has none.</summary>
    public Norm? Norm => stack.Norm;

    /// <summary>The table that turns vectors into logits, (vocabulary, width): the token table itself when tied.</summary>
    public torch.Tensor HeadWeight => head?.Weight ?? tokens.Weight;

    /// <inheritdoc/>
    public override torch.Tensor Logits(torch.Tensor input, torch.Tensor? isReal = null)
    {
        using var scope = torch.NewDisposeScope();
        return ToLogits(Vectors(input, isReal)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override torch.Tensor NextLogits(torch.Tensor input) => NextLogits(input, cache: null);

    /// <summary>How likely each token comes after the last position, for a text that is read piece by piece.</summary>
    /// <param name="input">The tokens that follow those in the cache, (batch, time), int64: first the prompt, then one by one.</param>
    /// <param name="cache">What was read before, from <see cref="NewCache"/>; gets the new tokens.</param>
    /// <param name="isReal">(batch, tokens in the cache + time), bool: false for padding; <see langword="null"/> for none.</param>
    /// <param name="places">The position of every new token, (batch, time), int64; counted from the cache's length when left out.</param>
    /// <returns>Logits, (batch, vocabulary).</returns>
    /// <exception cref="ArgumentException">The input has another shape or is too long.</exception>
    public torch.Tensor NextLogits(
        torch.Tensor input, KvCache? cache, torch.Tensor? isReal = null, torch.Tensor? places = null)
    {
        using var scope = torch.NewDisposeScope();
        // Only the last vector is compared with the vocabulary, which is the larger part of the work when the vocabulary is large.
        return ToLogits(Vectors(input, isReal, cache: cache, places: places).select(1, -1)).MoveToOuterDisposeScope();
    }

    /// <summary>Room for the keys and values of texts that are written on token by token.</summary>
    /// <param name="batch">Texts at the same time.</param>
    /// <param name="capacity">The longest text, in tokens; the block size when left out.</param>
    /// <exception cref="InvalidOperationException">The model sees both sides: what it read changes with every new token.</exception>
    public KvCache NewCache(long batch = 1, int? capacity = null) => Config.Causal
        ? stack.NewCache(batch, capacity)
        : throw new InvalidOperationException("A model that sees both sides (Causal = false) must read the whole text each time.");

    /// <summary>The final vector of each position, normalised, before it is compared with the vocabulary.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <param name="isReal">(batch, time), bool: false for padding; <see langword="null"/> for none. With a cache, for its tokens too.</param>
    /// <param name="record">Gets the attention weights of each block appended when given.</param>
    /// <param name="cache">What was read before; gets the new tokens.</param>
    /// <param name="places">The position of every token, (batch, time), int64; counted from the cache's length when left out. Rotary
    /// positions and biases need none: for them only distances count.</param>
    /// <param name="balanceLosses">Gets the load-balancing loss of each block with experts appended when given.</param>
    /// <returns>(batch, time, width).</returns>
    /// <exception cref="ArgumentException">The input has another shape or is too long.</exception>
    public torch.Tensor Vectors(
        torch.Tensor input,
        torch.Tensor? isReal = null,
        IList<torch.Tensor>? record = null,
        KvCache? cache = null,
        torch.Tensor? places = null,
        IList<torch.Tensor>? balanceLosses = null)
    {
        var start = cache?.Length ?? 0;
        CheckTokens(input, start);
        using var scope = torch.NewDisposeScope();
        var (recorded, balanced) = (record?.Count ?? 0, balanceLosses?.Count ?? 0);
        var context = new BlockContext
        {
            Mask = isReal is null ? Mask : Mask.WithPadding(isReal),
            Cache = cache,
            Weights = record,
            BalanceLosses = balanceLosses,
        };
        var words = tokens.forward(input); // (batch, time, width)
        var placed = places is null ? positions.Forward(words, start) : positions.Forward(words, places);
        var stream = Dropout.Apply(placed, Config.Dropout, Config.Dropout > 0 && training);
        var vectors = stack.Forward(stream, context);
        foreach (var tensor in (record?.Skip(recorded) ?? []).Concat(balanceLosses?.Skip(balanced) ?? []))
        {
            tensor.MoveToOuterDisposeScope();
        }

        return vectors.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>While training, a model with experts adds their load-balancing loss, averaged over the blocks.</remarks>
    public override torch.Tensor Loss(
        torch.Tensor inputs, torch.Tensor targets, torch.Tensor? isReal = null, double labelSmoothing = 0)
    {
        if (Config.Experts == 0 || !training)
        {
            return base.Loss(inputs, targets, isReal, labelSmoothing);
        }

        using var scope = torch.NewDisposeScope();
        var balance = new List<torch.Tensor>(Config.Layers);
        var logits = ToLogits(Vectors(inputs, isReal, balanceLosses: balance));
        var loss = CrossEntropyOf(logits, targets, labelSmoothing);
        return (loss + (Config.BalanceWeight * torch.stack([.. balance]).mean())).MoveToOuterDisposeScope();
    }

    /// <summary>Compares vectors with the vector of every token.</summary>
    /// <param name="vectors">(…, width).</param>
    /// <returns>(…, vocabulary).</returns>
    public torch.Tensor ToLogits(torch.Tensor vectors) =>
        head is null ? MixedPrecision.Linear(vectors, tokens.Weight) : head.forward(vectors);

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
}
