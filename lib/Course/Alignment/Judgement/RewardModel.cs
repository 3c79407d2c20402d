using Course.Alignment.FineTuning;
using Course.Layers;
using Course.Models;
using TorchSharp;

namespace Course.Alignment.Judgement;

/// <summary>
/// A language model that grades instead of writing: its table of tokens gives way to a single number, read at the last token of the
/// text, which has seen everything (Stiennon et al. 2020, section 3.4; Ouyang et al. 2022, section 3.5).
/// </summary>
public sealed class RewardModel : torch.nn.Module
{
    private const string Kind = nameof(RewardModel);

    private readonly Gpt trunk;
    private readonly Linear head;

    /// <summary>Builds the model with fresh weights.</summary>
    /// <param name="config">The shape of the language model; it must not see the future.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Runtime.Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense, or sees both sides.</exception>
    public RewardModel(GptConfig config, long seed = 0, torch.Device? device = null)
        : this(Causal(config, seed, device), seed)
    {
    }

    private RewardModel(Gpt trunk, long seed)
        : base(Kind)
    {
        this.trunk = trunk;
        var width = trunk.Config.Width;
        using var init = new Initialization(seed, trunk.Device);
        // So that the scores of normalised vectors start with a variance near 1.
        head = new Linear(init.Normal(1 / Math.Sqrt(width + 1), [1, width]), init.Zeros(1));
        RegisterComponents();
    }

    /// <summary>The language model whose final vectors are graded.</summary>
    public Gpt Trunk => trunk;

    /// <summary>Turns a vector into the grade.</summary>
    public Linear Head => head;

    /// <summary>Starts from a model that has learned to write: who can write can read.</summary>
    /// <param name="model">The fine-tuned model; it is copied.</param>
    /// <param name="seed">The seed of the new head.</param>
    public static RewardModel From(Gpt model, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Config.Causal ? new RewardModel(model.Copy(), seed) : throw SeesBothSides();
    }

    /// <summary>Grades texts.</summary>
    /// <param name="tokens">(batch, time), int64; padded on the left or on the right.</param>
    /// <param name="isReal">(batch, time), bool: true in one unbroken stretch of each row, false for padding.</param>
    /// <returns>(batch), read at the last real token; padding plays no part.</returns>
    /// <exception cref="ArgumentException">A row has no real token, or padding between its tokens.</exception>
    public torch.Tensor Forward(torch.Tensor tokens, torch.Tensor isReal)
    {
        using var scope = torch.NewDisposeScope();
        var time = tokens.shape[1];
        var place = torch.arange(time, torch.int64, device: tokens.device).unsqueeze(0);            // (1, time)
        var count = isReal.sum(1, keepdim: true);                                                   // (batch, 1)
        var first = torch.where(isReal, place, torch.full_like(place, time)).amin([1L], keepdim: true);
        var last = torch.where(isReal, place, torch.full_like(place, -1)).amax([1L], keepdim: true);
        if (!(last - first + 1).eq(count).all().ToBoolean() || !count.gt(0).all().ToBoolean())
        {
            throw new ArgumentException("Every text needs a real token, and padding only before or after its tokens.", nameof(isReal));
        }

        // Every text moves to the beginning of its row: there its tokens have their positions, and what follows is seen by none of them.
        var moved = tokens.gather(1, (place + first).clamp_max(time - 1));
        var vectors = trunk.Vectors(moved);                                                         // (batch, time, width)
        var at = (count - 1).unsqueeze(-1).expand(-1, -1, vectors.shape[2]);                        // (batch, 1, width)
        return head.forward(vectors.gather(1, at)).reshape(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Grades texts of different lengths, with a gradient when gradients are on.</summary>
    /// <param name="texts">Their tokens; at least one text, each of at least one token.</param>
    /// <returns>(texts).</returns>
    public torch.Tensor Forward(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0 || texts.Any(text => text.Count == 0))
        {
            throw new ArgumentException("There must be a text, and every text must have a token.", nameof(texts));
        }

        using var scope = torch.NewDisposeScope();
        var width = texts.Max(text => text.Count);
        var (tokens, real) = (new long[texts.Count * width], new bool[texts.Count * width]);
        for (var row = 0; row < texts.Count; row++)
        {
            for (var t = 0; t < texts[row].Count; t++)
            {
                (tokens[(row * width) + t], real[(row * width) + t]) = (texts[row][t], true);
            }
        }

        var shape = new long[] { texts.Count, width };
        return Forward(torch.tensor(tokens, shape, device: trunk.Device), torch.tensor(real, shape, device: trunk.Device))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Grades texts, without gradients and dropout.</summary>
    /// <param name="texts">Their tokens.</param>
    /// <param name="batchSize">Texts that are graded at once.</param>
    public double[] Score(IReadOnlyList<IReadOnlyList<int>> texts, int batchSize = 64)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        using var evaluating = this.Evaluating();
        var scores = new List<double>(texts.Count);
        foreach (var batch in texts.Chunk(batchSize))
        {
            using var scope = torch.NewDisposeScope();
            scores.AddRange(Forward(batch).to(torch.float64).cpu().data<double>().ToArray());
        }

        return [.. scores];
    }

    /// <summary>
    /// Shifts and scales the grades so that the given texts have mean 0 and variance 1: the pairwise loss leaves the zero point open,
    /// and reinforcement learning wants a known scale (Ziegler et al. 2019, section 2.1).
    /// </summary>
    /// <param name="texts">Usually what the model to be trained writes at first; at least two.</param>
    /// <exception cref="ArgumentException">All get the same grade.</exception>
    public void Normalise(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        var scores = Score(texts);
        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        if (!(deviation > 1e-8))
        {
            throw new ArgumentException("All texts get the same grade: there is no scale to normalise to.", nameof(texts));
        }

        // The head is linear, so shift and scale become a part of it.
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        head.Weight.div_(deviation);
        head.Bias!.sub_(mean).div_(deviation);
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, Kind, trunk.Config);

    /// <summary>Reads a model written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model shall live; <see cref="Runtime.Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static RewardModel Load(string path, torch.Device? device = null) => ModelFile.Load<RewardModel, GptConfig>(
        path, Kind, config => config.Validated().StoredNumbers + config.Width + 1, config => new RewardModel(config, device: device));

    private static Gpt Causal(GptConfig config, long seed, torch.Device? device)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Causal ? new Gpt(config, seed, device) : throw SeesBothSides();
    }

    private static ArgumentException SeesBothSides() =>
        new("A reward model must not see the future (Causal = true): otherwise padding would change its grades.");
}
