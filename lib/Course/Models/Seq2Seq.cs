using Course.Layers;
using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// The Transformer of "Attention Is All You Need" (Vaswani et al. 2017): an encoder reads the source from both sides; a decoder
/// writes the target token by token, seeing what it has written and, through cross-attention, the encoder's vectors.
/// </summary>
public sealed class Seq2Seq : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor>
{
    private readonly Embedding tokens;
    private readonly Positions positions;
    private readonly TransformerStack encoder;
    private readonly TransformerStack decoder;
    private readonly Linear? head;
    private readonly double embeddingScale;

    /// <summary>Builds the model with fresh weights.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public Seq2Seq(Seq2SeqConfig config, long seed = 0, torch.Device? device = null)
        : base(ModuleName.Loaded(nameof(Seq2Seq)))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        using var init = new Initialization(seed, device, config.WeightDeviation);
        tokens = new Embedding(config.VocabularySize, config.Width, init);
        positions = new Positions(config.Positions, config.BlockSize, config.Width, init);
        encoder = new TransformerStack(config.Encoder, init, AttentionMask.None);
        decoder = new TransformerStack(config.Decoder, init, AttentionMask.Causal);
        head = config.TieWeights ? null : new Linear(config.Width, config.VocabularySize, init, bias: false);
        // Section 3.4: as rows of the logits' table the vectors are small, beside waves between −1 and 1 they must not be.
        embeddingScale = Math.Sqrt(config.Width);
        RegisterComponents();
    }

    /// <summary>The model's shape.</summary>
    public Seq2SeqConfig Config { get; }

    /// <summary>How many different tokens there are.</summary>
    public int VocabularySize => Config.VocabularySize;

    /// <summary>Where the model lives.</summary>
    public torch.Device Device => tokens.Weight.device;

    /// <summary>The table that turns tokens into vectors.</summary>
    public Embedding Tokens => tokens;

    /// <summary>Reads the source.</summary>
    public TransformerStack Encoder => encoder;

    /// <summary>Writes the target.</summary>
    public TransformerStack Decoder => decoder;

    /// <inheritdoc/>
    /// <param name="input1">The source, (batch, source), int64.</param>
    /// <param name="input2">What the decoder reads, (batch, target), int64.</param>
    /// <returns>Logits, (batch, target, vocabulary).</returns>
    public override torch.Tensor forward(torch.Tensor input1, torch.Tensor input2) => Logits(input1, input2);

    /// <summary>How likely each token comes next at each position of the target.</summary>
    /// <param name="source">Tokens, (batch, source), int64.</param>
    /// <param name="target">What the decoder reads, (batch, target), int64: a start token, then the target without its last token.</param>
    /// <param name="sourceIsReal">(batch, source), bool: false for padding; <see langword="null"/> for none.</param>
    /// <returns>Logits, (batch, target, vocabulary).</returns>
    /// <exception cref="ArgumentException">A text has another shape or is too long.</exception>
    public torch.Tensor Logits(torch.Tensor source, torch.Tensor target, torch.Tensor? sourceIsReal = null)
    {
        using var scope = torch.NewDisposeScope();
        return Decode(target, Encode(source, sourceIsReal), sourceIsReal).MoveToOuterDisposeScope();
    }

    /// <summary>The mean negative log-likelihood of the target, in nats per token, when each token is guessed knowing those before.</summary>
    /// <param name="source">Tokens, (batch, source), int64.</param>
    /// <param name="inputs">What the decoder reads, (batch, target), int64: a start token, then the target without its last token.</param>
    /// <param name="targets">What it shall write, (batch, target), int64; −100 where nothing is asked.</param>
    /// <param name="sourceIsReal">(batch, source), bool: false for padding; <see langword="null"/> for none.</param>
    /// <returns>A single number with a gradient.</returns>
    /// <exception cref="ArgumentException">A text has another shape or is too long.</exception>
    public torch.Tensor Loss(torch.Tensor source, torch.Tensor inputs, torch.Tensor targets, torch.Tensor? sourceIsReal = null)
    {
        using var scope = torch.NewDisposeScope();
        return LanguageModel.CrossEntropyOf(Logits(source, inputs, sourceIsReal), targets).MoveToOuterDisposeScope();
    }

    /// <summary>Reads the source.</summary>
    /// <param name="source">Tokens, (batch, source), int64.</param>
    /// <param name="isReal">(batch, source), bool: false for padding; <see langword="null"/> for none.</param>
    /// <param name="record">Gets the attention weights of each block of the encoder appended when given.</param>
    /// <returns>The memory: (batch, source, width).</returns>
    public torch.Tensor Encode(torch.Tensor source, torch.Tensor? isReal = null, IList<torch.Tensor>? record = null)
    {
        TokenShape.Check(source, Config.BlockSize);
        var first = record?.Count ?? 0;
        using var scope = torch.NewDisposeScope();
        var context = new BlockContext { Mask = Padded(AttentionMask.None, isReal), Weights = record };
        var memory = encoder.Forward(Embed(source, 0), context);
        foreach (var weights in record?.Skip(first) ?? [])
        {
            weights.MoveToOuterDisposeScope();
        }

        return memory.MoveToOuterDisposeScope();
    }

    /// <summary>Reads what has been written of the target and says what comes next.</summary>
    /// <param name="target">Tokens, (batch, target), int64. With a cache, those that follow the tokens in it.</param>
    /// <param name="memory">What <see cref="Encode"/> returned: (batch, source, width).</param>
    /// <param name="sourceIsReal">(batch, source), bool: false for padding; <see langword="null"/> for none.</param>
    /// <param name="cache">From <see cref="NewCache"/>: what was read of this target and this memory before; gets the new tokens.</param>
    /// <param name="crossRecord">Gets the cross-attention weights of each block, (batch, head, target, source), appended when given.</param>
    /// <returns>Logits, (batch, target, vocabulary).</returns>
    public torch.Tensor Decode(
        torch.Tensor target,
        torch.Tensor memory,
        torch.Tensor? sourceIsReal = null,
        KvCache? cache = null,
        IList<torch.Tensor>? crossRecord = null)
    {
        var start = cache?.Length ?? 0;
        TokenShape.Check(target, Config.BlockSize, start);
        var first = crossRecord?.Count ?? 0;
        using var scope = torch.NewDisposeScope();
        var context = new BlockContext
        {
            Mask = AttentionMask.Causal,
            Memory = memory,
            MemoryMask = Padded(AttentionMask.None, sourceIsReal),
            Cache = cache,
            MemoryWeights = crossRecord,
        };
        var vectors = decoder.Forward(Embed(target, start), context); // (batch, target, width)
        foreach (var weights in crossRecord?.Skip(first) ?? [])
        {
            weights.MoveToOuterDisposeScope();
        }

        return MixedPrecision.Linear(vectors, head?.Weight ?? tokens.Weight).MoveToOuterDisposeScope();
    }

    /// <summary>Room for what the decoder has read of the targets of one batch of sources.</summary>
    /// <param name="batch">Texts at the same time.</param>
    public KvCache NewCache(long batch = 1) => decoder.NewCache(batch);

    /// <summary>Writes the likeliest token at each step until every row has ended.</summary>
    /// <param name="source">Tokens, (batch, source), int64.</param>
    /// <param name="startToken">The token targets start with.</param>
    /// <param name="endToken">The token targets end with.</param>
    /// <param name="maxTokens">How many tokens are written at most; as many as the model can when left out.</param>
    /// <param name="sourceIsReal">(batch, source), bool: false for padding; <see langword="null"/> for none.</param>
    /// <returns>The target of each row, without start and end.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or the number is not positive.</exception>
    public IReadOnlyList<int[]> Write(
        torch.Tensor source, int startToken, int endToken, int? maxTokens = null, torch.Tensor? sourceIsReal = null)
    {
        foreach (var token in new[] { startToken, endToken })
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, VocabularySize);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens ?? 1, 1, nameof(maxTokens));
        using var evaluating = this.Evaluating();
        using var scope = torch.NewDisposeScope();
        var rows = (int)source.shape[0];
        var memory = Encode(source, sourceIsReal);
        using var cache = NewCache(rows);
        var written = Enumerable.Range(0, rows).Select(_ => new List<int>()).ToArray();
        var hasEnded = new bool[rows];
        var last = Enumerable.Repeat((long)startToken, rows).ToArray();
        for (var t = 0; t < Math.Min(maxTokens ?? int.MaxValue, Config.BlockSize) && hasEnded.Contains(false); t++)
        {
            using var step = torch.NewDisposeScope();
            var logits = Decode(torch.tensor(last, [rows, 1], device: source.device), memory, sourceIsReal, cache); // (batch, 1, vocabulary)
            last = logits.select(1, 0).argmax(-1).cpu().data<long>().ToArray();
            for (var row = 0; row < rows; row++)
            {
                hasEnded[row] |= last[row] == endToken;
                if (!hasEnded[row])
                {
                    written[row].Add((int)last[row]);
                }
            }
        }

        return [.. written.Select(tokens => tokens.ToArray())];
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(Seq2Seq), Config);

    /// <summary>Reads a model written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static Seq2Seq Load(string path, torch.Device? device = null) =>
        ModelFile.Load<Seq2Seq, Seq2SeqConfig>(path, nameof(Seq2Seq), config => config.Validated().StoredNumbers, config => new Seq2Seq(config, device: device));

    // Tokens as vectors with their positions: (batch, time, width).
    private torch.Tensor Embed(torch.Tensor input, long start) => Dropout.Apply(
        positions.Forward(tokens.forward(input) * embeddingScale, start), Config.Dropout, training);

    private static AttentionMask Padded(AttentionMask mask, torch.Tensor? isReal) => isReal is null ? mask : mask.WithPadding(isReal);
}
