using System.Diagnostics;
using Course.Alignment.Chain.Stages;

namespace Course.Alignment.Chain;

/// <summary>
/// The whole road to an assistant in one class: vocabulary, pretraining, supervised fine-tuning, judgements, reward model, PPO, DPO,
/// PPO without a price on KL to see what that leads to, GRPO on a task that can be checked, and a comparison of all models. It can be
/// interrupted at any moment; the same call goes on where it stopped and ends with the same numbers.
/// </summary>
public sealed class ChatGptChain
{
    private static readonly ChainStage[] Stages =
    [
        new TokenizerStage(),
        new PretrainingStage(),
        new FineTuningStage(),
        new JudgementStage(),
        new RewardStage(),
        new PpoStage(StageNames.Ppo, "learn what is liked: PPO", priceOnKl: true),
        new DpoStage(),
        new PpoStage(StageNames.PpoWithoutKl, "PPO without a price on KL", priceOnKl: false),
        new GrpoStage(),
        new ComparisonStage(),
    ];

    /// <summary>Begins a chain or continues one.</summary>
    /// <param name="folder">Where everything is kept: a new or empty folder, or that of a chain with the same recipe.</param>
    /// <param name="recipe">What is made.</param>
    /// <exception cref="ArgumentException">A number of the recipe is out of its range, or the folder holds something else.</exception>
    public ChatGptChain(string folder, ChainRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Recipe = recipe.Validated();
        Folder = new ChainFolder(folder);
        Folder.Begin(recipe);
    }

    /// <summary>The names of the stages, in their order.</summary>
    public static IReadOnlyList<string> Names => [.. Stages.Select(stage => stage.Name)];

    /// <summary>What a stage does, in words.</summary>
    /// <param name="name">Its name.</param>
    internal static string TitleOf(string name) => Stages.First(stage => stage.Name == name).Title;

    /// <summary>What is made.</summary>
    public ChainRecipe Recipe { get; }

    /// <summary>Where everything is kept.</summary>
    public ChainFolder Folder { get; }

    /// <summary>Does what is left to be done.</summary>
    /// <param name="progress">Told about the progress, ten times a second at most.</param>
    /// <param name="until">The name of the last stage to run; all when left out.</param>
    /// <param name="cancellation">Stops soon, with everything kept that is needed to go on.</param>
    /// <returns>The reports of the stages that are complete, in their order.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled. The same call goes on.</exception>
    /// <exception cref="ArgumentException">There is no such stage.</exception>
    public IReadOnlyList<StageReport> Run(
        Action<ChainProgress>? progress = null, string? until = null, CancellationToken cancellation = default)
    {
        if (until is not null && !Names.Contains(until))
        {
            throw new ArgumentException($"There is no stage '{until}', only {string.Join(", ", Names)}.", nameof(until));
        }

        var texts = new Lazy<AssistantTexts>(() => new AssistantTexts(Recipe, cancellation));
        var reports = new List<StageReport>();
        foreach (var (index, stage) in Stages.Index())
        {
            reports.Add(Folder.Report(stage.Name) ?? Run(index, texts, progress, cancellation));
            if (stage.Name == until)
            {
                break;
            }
        }

        Folder.WriteText(Folder.ReportFile, ChainReport.ToHtml(Recipe, reports));
        return reports;
    }

    private StageReport Run(int index, Lazy<AssistantTexts> texts, Action<ChainProgress>? progress, CancellationToken cancellation)
    {
        var stage = Stages[index];
        var clock = Stopwatch.StartNew();
        var earlier = SecondsSoFar(stage);
        Tell(0, "");
        try
        {
            var context = new ChainContext(Recipe, Folder, stage.Name, texts, Tell, cancellation);
            var report = stage.Run(context) with { Seconds = earlier + clock.Elapsed.TotalSeconds };
            Folder.Save(report);
            if (Directory.Exists(context.CheckpointFolder))
            {
                Directory.Delete(context.CheckpointFolder, recursive: true);
            }

            File.Delete(ClockFile(stage));
            Tell(1, "");
            return report;
        }
        catch (OperationCanceledException)
        {
            Folder.WriteText(ClockFile(stage), (earlier + clock.Elapsed.TotalSeconds).ToString("R", System.Globalization.CultureInfo.InvariantCulture));
            throw;
        }

        void Tell(double share, string detail) => progress?.Invoke(new ChainProgress(stage.Title, index + 1, Stages.Length, share, detail));
    }

    // The time of runs that were interrupted counts too; a file that cannot be read costs only that.
    private double SecondsSoFar(ChainStage stage) =>
        File.Exists(ClockFile(stage)) && double.TryParse(
            File.ReadAllText(ClockFile(stage)), System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e9
            ? seconds
            : 0;

    private string ClockFile(ChainStage stage) => Path.Combine(Folder.Of(stage.Name), "seconds.txt");
}
