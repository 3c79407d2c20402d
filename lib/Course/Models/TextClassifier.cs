using Course.Layers;
using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// Says what kind a text is: blocks in which every token sees every other, the mean of what they end with, and a linear layer that
/// judges it.
/// </summary>
public sealed class TextClassifier : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Embedding tokens;
    private readonly Positions positions;
    private readonly TransformerStack stack;
    private readonly Linear head;

    /// <summary>Builds the model with fresh weights.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public TextClassifier(TextClassifierConfig config, long seed = 0, torch.Device? device = null)
        : base(ModuleName.Loaded(nameof(TextClassifier)))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        using var init = new Initialization(seed, device, config.WeightDeviation);
        tokens = new Embedding(config.VocabularySize, config.Width, init);
        positions = new Positions(config.Positions, config.BlockSize, config.Width, init);
        stack = new TransformerStack(config.Stack, init);
        head = new Linear(config.Width, config.Classes, init);
        RegisterComponents();
    }

    /// <summary>The model's shape.</summary>
    public TextClassifierConfig Config { get; }

    /// <summary>The blocks.</summary>
    public TransformerStack Stack => stack;

    /// <inheritdoc/>
    /// <param name="input">Tokens, (batch, time), int64; the padding token where a text has ended.</param>
    /// <returns>Logits, (batch, classes).</returns>
    /// <exception cref="ArgumentException">The input has another shape or is too long.</exception>
    public override torch.Tensor forward(torch.Tensor input)
    {
        TokenShape.Check(input, Config.BlockSize);
        using var scope = torch.NewDisposeScope();
        var words = Dropout.Apply(positions.forward(tokens.forward(input)), Config.Dropout, training); // (batch, time, width)
        if (Config.PaddingToken < 0)
        {
            return head.forward(stack.forward(words).mean([1])).MoveToOuterDisposeScope();
        }

        var isReal = input.ne(Config.PaddingToken);                                                    // (batch, time)
        var mask = AttentionMask.None.WithPadding(isReal);
        var vectors = stack.Forward(words, new BlockContext { Mask = mask });
        var sum = vectors.masked_fill(~isReal.unsqueeze(-1), 0).sum(1);                                // (batch, width)
        var count = isReal.sum(1, keepdim: true).clamp_min(1);                                         // (batch, 1)
        return head.forward(sum / count).MoveToOuterDisposeScope();
    }

    /// <summary>The mean negative log-likelihood of the right classes, in nats: the cross-entropy.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <param name="labels">The right classes, (batch), int64.</param>
    /// <returns>A single number with a gradient.</returns>
    public torch.Tensor Loss(torch.Tensor input, torch.Tensor labels)
    {
        using var logits = forward(input);
        return torch.nn.functional.cross_entropy(logits, labels);
    }

    /// <summary>The likelihood of each class.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <returns>(batch, classes); rows add up to 1.</returns>
    public torch.Tensor Probabilities(torch.Tensor input)
    {
        using var evaluating = this.Evaluating();
        using var logits = forward(input);
        return logits.softmax(-1);
    }

    /// <summary>The likeliest class of each text.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <returns>(batch), int64.</returns>
    public torch.Tensor Predict(torch.Tensor input)
    {
        using var evaluating = this.Evaluating();
        using var logits = forward(input);
        return logits.argmax(-1);
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(TextClassifier), Config);

    /// <summary>Reads a model written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static TextClassifier Load(string path, torch.Device? device = null) => ModelFile.Load<TextClassifier, TextClassifierConfig>(
        path, nameof(TextClassifier), config => config.Validated().StoredNumbers, config => new TextClassifier(config, device: device));
}
