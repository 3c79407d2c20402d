using System.Text;
using Course.Models;
using Course.Tokenization;

namespace Course.Alignment.Chain;

/// <summary>
/// The folder of a chain: the recipe, the tokenizer, a folder for each stage with its model and its report, and the report of all.
/// </summary>
public sealed class ChainFolder
{
    private const int MaxReportBytes = 64 << 20;

    /// <summary>Names a folder, which need not exist yet.</summary>
    /// <param name="path">The folder.</param>
    public ChainFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Root = Path.GetFullPath(path);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The tokenizer's file.</summary>
    public string TokenizerFile => Path.Combine(Root, "tokenizer.json");

    /// <summary>The judgements' file.</summary>
    public string PreferencesFile => Path.Combine(Root, "preferences.jsonl");

    /// <summary>The report of all stages.</summary>
    public string ReportFile => Path.Combine(Root, "report.html");

    private string RecipeFile => Path.Combine(Root, "recipe.json");

    /// <summary>The names of the models there are that can answer, best first: what <c>course chat</c> offers.</summary>
    public IReadOnlyList<string> Assistants => [.. new[] { StageNames.Ppo, StageNames.Dpo, StageNames.FineTuning, StageNames.PpoWithoutKl }
        .Where(name => File.Exists(ModelFile(name)) && File.Exists(ReportOf(name)))];

    /// <summary>The folder of a stage.</summary>
    /// <param name="stage">The stage's name.</param>
    public string Of(string stage) => Path.Combine(Root, stage);

    /// <summary>The model a stage has made.</summary>
    /// <param name="stage">The stage's name.</param>
    public string ModelFile(string stage) => Path.Combine(Of(stage), "model.safetensors");

    /// <summary>Reads the tokenizer.</summary>
    /// <exception cref="FileNotFoundException">The chain has not come so far.</exception>
    public Tokenizer LoadTokenizer() => File.Exists(TokenizerFile)
        ? Tokenizer.Load(TokenizerFile)
        : throw new FileNotFoundException($"There is no chain in '{Root}' yet. Make one: course chatgpt --out {Root}", TokenizerFile);

    /// <summary>Reads the model of a stage.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <exception cref="FileNotFoundException">The chain has not come so far.</exception>
    public Gpt LoadModel(string stage) => File.Exists(ModelFile(stage))
        ? Gpt.Load(ModelFile(stage))
        : throw new FileNotFoundException($"The stage '{stage}' of '{Root}' has no model yet. Go on with: course chatgpt --out {Root}", ModelFile(stage));

    /// <summary>The report of a stage; <see langword="null"/> when it is not complete.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <exception cref="InvalidDataException">The report is damaged.</exception>
    public StageReport? Report(string stage)
    {
        var path = ReportOf(stage);
        if (!File.Exists(path))
        {
            return null;
        }

        return new FileInfo(path).Length <= MaxReportBytes
            ? StageReport.FromJson(File.ReadAllText(path), path)
            : throw new InvalidDataException($"'{path}' is too large to be the report of a stage.");
    }

    internal void Save(StageReport report) => WriteText(ReportOf(report.Stage), report.ToJson());

    internal void WriteText(string path, string text) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>The recipe the chain was begun with; <see langword="null"/> for a new one.</summary>
    /// <exception cref="InvalidDataException">The recipe is damaged.</exception>
    public ChainRecipe? Recipe => File.Exists(RecipeFile) ? ChainRecipe.FromJson(File.ReadAllText(RecipeFile)) : null;

    /// <summary>Begins a chain, or makes sure that it is continued as it was begun.</summary>
    internal void Begin(ChainRecipe recipe)
    {
        if (Recipe is not { } begun)
        {
            if (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Any())
            {
                throw new ArgumentException($"'{Root}' holds something else than a chain. Name a new or an empty folder.");
            }

            WriteText(RecipeFile, recipe.ToJson());
        }
        else if (begun != recipe)
        {
            throw new ArgumentException($"The chain in '{Root}' was begun with another recipe (recipe.json). Continue with that one, or name a new folder.");
        }
    }

    private string ReportOf(string stage) => Path.Combine(Of(stage), "report.json");
}

/// <summary>The names of the stages: they are the names of their folders and of their models.</summary>
public static class StageNames
{
    /// <summary>Learning the vocabulary.</summary>
    public const string Tokenizer = "tokenizer";

    /// <summary>Learning to predict the next token.</summary>
    public const string Pretraining = "pretrained";

    /// <summary>Learning to answer.</summary>
    public const string FineTuning = "sft";

    /// <summary>Having pairs of answers judged.</summary>
    public const string Judgement = "judgements";

    /// <summary>Learning to judge.</summary>
    public const string Reward = "reward";

    /// <summary>Learning what is liked, by PPO.</summary>
    public const string Ppo = "ppo";

    /// <summary>Learning what is liked, from the judgements themselves.</summary>
    public const string Dpo = "dpo";

    /// <summary>PPO without a price on KL, to see what goes wrong.</summary>
    public const string PpoWithoutKl = "ppo-without-kl";

    /// <summary>Learning a task whose answers can be checked, by GRPO.</summary>
    public const string Grpo = "grpo";

    /// <summary>Comparing all models.</summary>
    public const string Comparison = "comparison";
}
