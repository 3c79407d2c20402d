using Course.Layers;
using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// BERT (Devlin et al. 2019): a stack of blocks in which every position sees both sides. Trained to fill in masked tokens
/// (<see cref="Logits"/>), it learns vectors from which texts can be classified (<see cref="Classify"/>).
/// </summary>
public sealed class Bert : LanguageModel
{
    private readonly Embedding tokens;
    private readonly Positions positions;
    private readonly Embedding segments;
    private readonly Norm embeddingNorm;
    private readonly TransformerStack stack;
    private readonly Linear transform;
    private readonly Norm transformNorm;
    private readonly TorchSharp.Modules.Parameter headBias;
    private readonly Linear? pooler;
    private readonly Linear? classifier;

    /// <summary>Builds the model with fresh weights.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public Bert(BertConfig config, long seed = 0, torch.Device? device = null)
        : base(nameof(Bert))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        using var init = new Initialization(seed, device, config.WeightDeviation);
        var width = config.Width;
        tokens = new Embedding(config.VocabularySize, width, init);
        positions = new Positions(PositionKind.Learned, config.BlockSize, width, init);
        segments = new Embedding(config.Segments, width, init);
        embeddingNorm = new LayerNorm(width, init, epsilon: config.NormEpsilon);
        stack = new TransformerStack(config.Stack, init);
        transform = new Linear(width, width, init);
        transformNorm = new LayerNorm(width, init, epsilon: config.NormEpsilon);
        headBias = init.Zeros(config.VocabularySize);
        if (config.Classes > 0)
        {
            pooler = new Linear(width, width, init);
            classifier = new Linear(width, config.Classes, init);
        }

        RegisterComponents();
    }

    /// <summary>The model's shape.</summary>
    public BertConfig Config { get; }

    /// <inheritdoc/>
    public override int VocabularySize => Config.VocabularySize;

    /// <inheritdoc/>
    public override int BlockSize => Config.BlockSize;

    /// <inheritdoc/>
    public override torch.Device Device => tokens.Weight.device;

    /// <summary>The table that turns tokens into vectors, and vectors into logits.</summary>
    public Embedding Tokens => tokens;

    /// <summary>The blocks.</summary>
    public TransformerStack Stack => stack;

    /// <summary>The final vector of each position.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <param name="isReal">(batch, time), bool: false for padding, which nobody looks at; <see langword="null"/> for none.</param>
    /// <param name="segment">The segment of each token, (batch, time), int64; all belong to the first when left out.</param>
    /// <param name="record">Gets the attention weights of each block appended when given.</param>
    /// <returns>(batch, time, width).</returns>
    /// <exception cref="ArgumentException">The input has another shape or is too long.</exception>
    public torch.Tensor Vectors(
        torch.Tensor input, torch.Tensor? isReal = null, torch.Tensor? segment = null, IList<torch.Tensor>? record = null)
    {
        CheckTokens(input);
        var recorded = record?.Count ?? 0;
        using var scope = torch.NewDisposeScope();
        var words = positions.forward(tokens.forward(input))                       // (batch, time, width)
            + (segment is null ? segments.Weight[0] : segments.forward(segment));
        var stream = Dropout.Apply(embeddingNorm.forward(words), Config.Dropout, training);
        var mask = isReal is null ? AttentionMask.None : AttentionMask.None.WithPadding(isReal);
        var vectors = stack.Forward(stream, new BlockContext { Mask = mask, Weights = record });
        foreach (var weights in record?.Skip(recorded) ?? [])
        {
            weights.MoveToOuterDisposeScope();
        }

        return vectors.MoveToOuterDisposeScope();
    }

    /// <summary>How likely each token stands at each position: to fill in what is masked.</summary>
    /// <inheritdoc/>
    public override torch.Tensor Logits(torch.Tensor input, torch.Tensor? isReal = null)
    {
        using var scope = torch.NewDisposeScope();
        var vectors = transform.forward(Vectors(input, isReal)).gelu();
        return MixedPrecision.Linear(transformNorm.forward(vectors), tokens.Weight, headBias).MoveToOuterDisposeScope();
    }

    /// <summary>How likely each class is, judged by the first token's vector, which by custom stands for the whole text.</summary>
    /// <param name="input">Tokens, (batch, time), int64, the first of each row being the classification token.</param>
    /// <param name="isReal">(batch, time), bool: false for padding; <see langword="null"/> for none.</param>
    /// <param name="segment">The segment of each token, (batch, time), int64; all belong to the first when left out.</param>
    /// <returns>Logits, (batch, classes).</returns>
    /// <exception cref="InvalidOperationException">The model has no classes.</exception>
    public torch.Tensor Classify(torch.Tensor input, torch.Tensor? isReal = null, torch.Tensor? segment = null)
    {
        if (pooler is null || classifier is null)
        {
            throw new InvalidOperationException("This model does not classify: build it with Classes above 0.");
        }

        using var scope = torch.NewDisposeScope();
        var pooled = pooler.forward(Vectors(input, isReal, segment).select(1, 0)).tanh(); // (batch, width)
        return classifier.forward(Dropout.Apply(pooled, Config.Dropout, training)).MoveToOuterDisposeScope();
    }

    /// <summary>Who looked at whom: the attention weights of every layer, for pictures.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <param name="isReal">(batch, time), bool: false for padding; <see langword="null"/> for none.</param>
    /// <returns>One tensor per layer, (batch, head, time, time): row = who looks, column = at whom; rows add up to 1.</returns>
    public IReadOnlyList<torch.Tensor> AttentionWeights(torch.Tensor input, torch.Tensor? isReal = null)
    {
        using var evaluating = this.Evaluating();
        var record = new List<torch.Tensor>(Config.Layers);
        Vectors(input, isReal, record: record).Dispose();
        return record;
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(Bert), Config);

    /// <summary>Reads a model written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static Bert Load(string path, torch.Device? device = null) =>
        ModelFile.Load<Bert, BertConfig>(path, nameof(Bert), config => config.Validated().ParameterCount, config => new Bert(config, device: device));
}
