using System.CommandLine;
using Course.Alignment.Chain;

namespace Course.Cli.Assistants;

/// <summary>The folder of a chain and the name of one of its models, as arguments of <c>course chat</c> and <c>course serve</c>.</summary>
internal static class ChainArgument
{
    /// <summary>The folder.</summary>
    public static Argument<string> Folder() => new("dir") { Description = "A folder that course chatgpt has made." };

    /// <summary>The model.</summary>
    public static Option<string> Model() => new("--model")
    {
        Description = "Which of its models: ppo, dpo, sft, ppo-without-kl; the first there is when left out.",
        HelpName = "NAME",
    };

    /// <summary>The folder, and the models in it that can answer, the wanted one first.</summary>
    /// <exception cref="ArgumentException">There is no such model, or none at all.</exception>
    public static (ChainFolder Folder, IReadOnlyList<string> Models) Find(string path, string? model)
    {
        var folder = new ChainFolder(path);
        var models = folder.Assistants;
        return models.Count == 0 ? throw new ArgumentException($"'{path}' has no model that can answer yet. Make one: course chatgpt --out {path}")
            : model is null ? (folder, models)
            : models.Contains(model) ? (folder, [model, .. models.Where(other => other != model)])
            : throw new ArgumentException($"'{path}' has no model '{model}', only {string.Join(", ", models)}.");
    }
}
