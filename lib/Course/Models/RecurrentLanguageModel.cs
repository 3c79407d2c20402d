using Course.Layers;
using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// A language model of the time before the Transformer (Mikolov et al. 2010): tokens become vectors, recurrent layers read them one
/// by one, and what the highest layer shows is compared with the vector of every token. All that it knows of the text is in its state.
/// </summary>
public sealed class RecurrentLanguageModel : LanguageModel
{
    private readonly Embedding tokens;
    private readonly RecurrentStack layers;
    private readonly Linear? head;

    /// <summary>Builds the model with fresh weights.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public RecurrentLanguageModel(RecurrentConfig config, long seed = 0, torch.Device? device = null)
        : base(nameof(RecurrentLanguageModel))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        using var init = new Initialization(seed, device, config.WeightDeviation);
        tokens = new Embedding(config.VocabularySize, config.Width, init);
        layers = new RecurrentStack(config.Kind, config.Width, config.Width, config.Layers, init, config.Dropout);
        head = config.TieWeights ? null : new Linear(config.Width, config.VocabularySize, init, bias: false);
        RegisterComponents();
    }

    /// <summary>The model's shape.</summary>
    public RecurrentConfig Config { get; }

    /// <inheritdoc/>
    public override int VocabularySize => Config.VocabularySize;

    /// <inheritdoc/>
    public override int BlockSize => Config.BlockSize;

    /// <inheritdoc/>
    public override torch.Device Device => tokens.Weight.device;

    /// <summary>The table that turns tokens into vectors.</summary>
    public Embedding Tokens => tokens;

    /// <summary>The recurrent layers.</summary>
    public RecurrentStack Layers => layers;

    /// <inheritdoc/>
    public override torch.Tensor Logits(torch.Tensor input, torch.Tensor? isReal = null)
    {
        using var scope = torch.NewDisposeScope();
        return Read(input, null, isReal).Logits.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Reads a text piece by piece: the state stands for everything before, however long that was, so writing on costs the same at
    /// every token.
    /// </summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <param name="states">The state of each layer after the piece before; <see langword="null"/> at the beginning.</param>
    /// <param name="isReal">(batch, time), bool: false for padding, at which nothing changes; <see langword="null"/> for none.</param>
    /// <returns>Logits, (batch, time, vocabulary), and the state of each layer after the last token.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public (torch.Tensor Logits, IReadOnlyList<RecurrentState> States) Read(
        torch.Tensor input, IReadOnlyList<RecurrentState>? states = null, torch.Tensor? isReal = null)
    {
        CheckTokens(input);
        using var scope = torch.NewDisposeScope();
        var words = Dropout.Apply(tokens.forward(input), Config.Dropout, training);       // (batch, time, width)
        var (shown, last) = layers.Run(words, states, isReal);
        shown = Dropout.Apply(shown, Config.Dropout, training);
        var logits = MixedPrecision.Linear(shown, head?.Weight ?? tokens.Weight);             // (batch, time, vocabulary)
        foreach (var state in last)
        {
            state.MoveToOuterDisposeScope();
        }

        return (logits.MoveToOuterDisposeScope(), last);
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(RecurrentLanguageModel), Config);

    /// <summary>Reads a model written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static RecurrentLanguageModel Load(string path, torch.Device? device = null) =>
        ModelFile.Load<RecurrentLanguageModel, RecurrentConfig>(
            path,
            nameof(RecurrentLanguageModel),
            config => config.Validated().ParameterCount,
            config => new RecurrentLanguageModel(config, device: device));
}
