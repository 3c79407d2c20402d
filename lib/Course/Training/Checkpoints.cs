using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Course.Models;
using TorchSharp;

namespace Course.Training;

/// <summary>
/// A folder of checkpoints. Each file holds everything that decides how training continues: the weights, the optimizer's memory,
/// the number of updates, the seed, and the course so far.
/// </summary>
/// <remarks>
/// Batches and random numbers are functions of the seed and the update's number, so no generator's state needs to be kept.
/// </remarks>
public sealed partial class Checkpoints
{
    private const string MetadataKey = "checkpoint";
    private const string ModelPrefix = "model.";
    private const string FirstPrefix = "first_moment.";
    private const string SecondPrefix = "second_moment.";
    private const string StepsName = "history.steps";
    private const string EvaluationsName = "history.evaluations";
    private const string StatePrefix = "state.";
    private const int Version = 1;

    private readonly int kept;

    /// <summary>Opens a folder, which need not exist yet.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="kept">How many checkpoints are kept, the newest ones.</param>
    public Checkpoints(string folder, int kept = 2)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        Folder = Path.GetFullPath(folder);
        this.kept = kept;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The checkpoints' files, oldest first.</summary>
    public IReadOnlyList<string> Files => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder).Where(file => StepOf(file) is not null).OrderBy(StepOf)]
        : [];

    internal sealed record Description(int Version, long Step, string Course);

    /// <summary>Another row of numbers, as long as the parameters, that a checkpoint can hold.</summary>
    internal sealed record Extra(string Prefix, torch.Tensor Row);

    internal sealed record Restored(
        string File,
        Description Description,
        TrainingHistory History,
        IReadOnlyDictionary<string, double[]> State,
        IReadOnlySet<string> Extras);

    /// <summary>Writes a checkpoint, complete or not at all, then deletes those that are too many.</summary>
    /// <param name="step">The checkpoint's number.</param>
    /// <param name="course">What decides about the numbers, in words.</param>
    /// <param name="optimizer">The optimizer, and with it the model.</param>
    /// <param name="history">The course so far.</param>
    /// <param name="state">What else the training must remember, by name; <see langword="null"/> for nothing.</param>
    /// <param name="extras">Rows as long as the parameters; <see langword="null"/> for none.</param>
    internal string Save(
        long step,
        string course,
        AdamW optimizer,
        TrainingHistory history,
        IReadOnlyDictionary<string, double[]>? state = null,
        IEnumerable<Extra>? extras = null)
    {
        using var scope = torch.NewDisposeScope();
        var parameters = optimizer.Parameters;
        var tensors = new Dictionary<string, torch.Tensor>();
        foreach (var (name, tensor) in parameters.Model.state_dict())
        {
            tensors.Add(ModelPrefix + name, tensor);
        }

        foreach (var (name, moment) in Moments(optimizer))
        {
            tensors.Add(name, moment);
        }

        foreach (var (name, part) in (extras ?? []).SelectMany(extra => Parts(extra, parameters)))
        {
            tensors.Add(name, part);
        }

        tensors.Add(StepsName, history.StepTable());
        tensors.Add(EvaluationsName, history.EvaluationTable());
        foreach (var (name, numbers) in state ?? new Dictionary<string, double[]>())
        {
            tensors.Add(StatePrefix + name, torch.tensor(numbers, [numbers.Length], device: torch.CPU));
        }

        var file = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"step-{step:D8}.safetensors"));
        Safetensors.Write(file, tensors, new Dictionary<string, string>
        {
            [MetadataKey] = JsonSerializer.Serialize(new Description(Version, step, course)),
        });
        foreach (var old in Files.SkipLast(kept).Where(old => old != file))
        {
            File.Delete(old);
        }

        return file;
    }

    /// <summary>
    /// Loads the newest checkpoint that can be read; one that cannot is put aside under another name. The model and the optimizer
    /// are only touched by a file that is sound.
    /// </summary>
    /// <remarks>Of the extra rows those that the file holds are filled.</remarks>
    internal Restored? LoadNewest(AdamW optimizer, ICollection<string> notes, IReadOnlyList<Extra>? extras = null)
    {
        foreach (var file in Files.Reverse())
        {
            try
            {
                return Load(file, optimizer, extras ?? []);
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                var aside = file + ".damaged";
                File.Move(file, aside, overwrite: true);
                notes.Add($"'{file}' cannot be used and is now called '{Path.GetFileName(aside)}': {e.Message}");
            }
        }

        return null;
    }

    private static Restored Load(string path, AdamW optimizer, IReadOnlyList<Extra> extras)
    {
        using var scope = torch.NewDisposeScope();
        using var file = Safetensors.Open(path);
        var description = Describe(file, path);
        var history = TrainingHistory.FromTables(
            file.Read(StepsName, torch.CPU), file.Read(EvaluationsName, torch.CPU));
        var state = ReadState(file, path);
        var held = extras.Where(extra =>
            file.Header.Entries.Keys.Any(name => name.StartsWith(extra.Prefix, StringComparison.Ordinal))).ToList();
        var moments = Moments(optimizer).Concat(held.SelectMany(extra => Parts(extra, optimizer.Parameters))).ToList();
        foreach (var (name, moment) in moments)
        {
            file.Check(name, moment);
        }

        ModelFile.ReadWeights(file, optimizer.Parameters.Model, path, ModelPrefix);
        foreach (var (name, moment) in moments)
        {
            file.ReadInto(name, moment);
        }

        optimizer.Updates = description.Step;
        return new Restored(path, description, history, state, held.Select(extra => extra.Prefix).ToHashSet());
    }

    private static Dictionary<string, double[]> ReadState(Safetensors file, string path)
    {
        var state = new Dictionary<string, double[]>();
        foreach (var (name, entry) in file.Header.Entries.Where(entry => entry.Key.StartsWith(StatePrefix, StringComparison.Ordinal)))
        {
            if (entry.Type != torch.ScalarType.Float64 || entry.Shape.Count != 1)
            {
                throw new InvalidDataException($"In '{path}', '{name}' is no row of float64.");
            }

            // TorchSharp cannot copy out a row without numbers.
            state.Add(name[StatePrefix.Length..], entry.Count == 0 ? [] : file.Read(name, torch.CPU).data<double>().ToArray());
        }

        return state;
    }

    private static Description Describe(Safetensors file, string path)
    {
        try
        {
            var text = file.Header.Metadata.GetValueOrDefault(MetadataKey);
            var description = text is null ? null : JsonSerializer.Deserialize<Description>(text);
            if (description is null || description.Version != Version || description.Step < 0 || description.Course is null)
            {
                throw new InvalidDataException($"'{path}' is no checkpoint, or one of another version.");
            }

            return description;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' describes itself in a way that cannot be read: {e.Message}", e);
        }
    }

    private static IEnumerable<(string Name, torch.Tensor Moment)> Moments(AdamW optimizer) =>
        optimizer.Parameters.Split(optimizer.FirstMoment).Select(part => (FirstPrefix + part.Name, part.View))
            .Concat(optimizer.Parameters.Split(optimizer.SecondMoment).Select(part => (SecondPrefix + part.Name, part.View)));

    private static IEnumerable<(string Name, torch.Tensor Part)> Parts(Extra extra, FlatParameters parameters) =>
        parameters.Split(extra.Row).Select(part => (extra.Prefix + part.Name, part.View));

    private static long? StepOf(string file) =>
        FileName().Match(Path.GetFileName(file)) is { Success: true } match
        && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;

    [GeneratedRegex(@"^step-(\d{8,18})\.safetensors$", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
