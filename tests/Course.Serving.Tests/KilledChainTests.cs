using System.Globalization;
using System.Text.RegularExpressions;
using Course.Alignment.Chain;
using Course.Cli;
using NUnit.Framework;

namespace Course.Serving.Tests;

/// <summary>
/// <c>course chatgpt</c> as a process that is killed in the middle of PPO, with no chance to put anything in order (SIGKILL, or what
/// other systems have in its place).
/// </summary>
[TestFixture]
public sealed partial class KilledChainTests
{
    // The smallest model that brings stories to an end; PPO has enough iterations to be met in the middle.
    private static readonly ChainRecipe Recipe = new()
    {
        DocumentationCharacters = 0,
        VocabularySize = 640,
        Tales = 120,
        Layers = 1,
        Heads = 2,
        Width = 48,
        BatchSize = 8,
        PretrainingSteps = 120,
        LearningRate = 6e-3,
        FineTuningSteps = 120,
        JudgedRequests = 24,
        UnseenRequests = 10,
        RewardSteps = 20,
        PpoIterations = 12,
        PpoPrompts = 8,
        DpoSteps = 4,
        TaskFineTuningSteps = 10,
        GrpoIterations = 2,
        ComparisonPrompts = 12,
    };

    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("course-killed-");

    [TearDown]
    public void Delete() => folder.Delete(recursive: true);

    [Test]
    public async Task Killed_in_PPO_it_goes_on_and_ends_equal_to_an_unbroken_run_to_the_last_bit()
    {
        var (unbroken, killed) = (Begun("unbroken"), Begun("killed"));
        var first = CourseCommand.RunAsync("", "chatgpt", "--out", unbroken.Root);
        var iterations = await KillInPpoAsync(killed.Root);
        Assert.That(iterations, Is.InRange(1, Recipe.PpoIterations - 1));
        Assert.That(killed.Report(StageNames.Reward), Is.Not.Null);
        Assert.That(killed.Report(StageNames.Ppo), Is.Null, "it was killed in the middle");
        Assert.That(Directory.EnumerateFiles(Path.Combine(killed.Of(StageNames.Ppo), "checkpoints"), "*", SearchOption.AllDirectories), Is.Not.Empty);

        var (code, output, error) = await CourseCommand.RunAsync("", "chatgpt", "--out", killed.Root);
        Assert.That(code, Is.EqualTo(ExitCodes.Success), error);
        Assert.That(output, Does.StartWith("6/10").And.Contain("10/10"), "what was done is not done again");
        Assert.That((await first).Code, Is.EqualTo(ExitCodes.Success));

        foreach (var stage in ChatGptChain.Names)
        {
            var (expected, actual) = (unbroken.Report(stage)!, killed.Report(stage)!);
            Assert.That(actual.Metrics, Is.EqualTo(expected.Metrics), stage);
            Assert.That(actual.Text, Is.EqualTo(expected.Text), stage);
            Assert.That(actual.Samples, Is.EqualTo(expected.Samples), stage);
            foreach (var (before, after) in expected.Curves.Zip(actual.Curves))
            {
                Assert.That((after.Name, after.X, after.Y), Is.EqualTo((before.Name, before.X, before.Y)), $"{stage}: {before.Name}");
            }

            if (File.Exists(unbroken.ModelFile(stage)))
            {
                Assert.That(File.ReadAllBytes(killed.ModelFile(stage)), Is.EqualTo(File.ReadAllBytes(unbroken.ModelFile(stage))), stage);
            }
        }
    }

    /// <summary>A chain that was begun and has done nothing yet: the command goes on with its recipe.</summary>
    private ChainFolder Begun(string name)
    {
        var chain = new ChainFolder(Path.Combine(folder.FullName, name));
        Directory.CreateDirectory(chain.Root);
        File.WriteAllText(Path.Combine(chain.Root, "recipe.json"), Recipe.ToJson());
        return chain;
    }

    private static async Task<int> KillInPpoAsync(string chain)
    {
        using var process = CourseCommand.Start("chatgpt", "--out", chain);
        try
        {
            var error = process.StandardError.ReadToEndAsync();
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                var share = PpoLine().Match(line) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
                if (share >= 20)
                {
                    process.Kill();
                    await process.WaitForExitAsync();
                    Assert.That(process.ExitCode, Is.Not.Zero);
                    return (int)Math.Round(share * Recipe.PpoIterations / 100.0);
                }
            }

            Assert.Fail($"It never came to the middle of PPO. {await error}");
            return 0;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    // The sixth of ten stages; 0 % and 100 % are its ends.
    [GeneratedRegex(@"^6/10 .* ([1-9]\d?) ?%")]
    private static partial Regex PpoLine();
}
