using System.Text.Json;
using System.Text.RegularExpressions;
using Course.Alignment.Chain;
using Course.Alignment.Judgement;
using Course.Cli;
using Course.Models;
using NUnit.Framework;
using TorchSharp;

namespace Course.Serving.Tests;

/// <summary><c>course chatgpt</c>, <c>chat</c>, <c>serve</c> and <c>label</c>, as processes of their own.</summary>
public sealed class CommandTests : ServedModel
{
    private DirectoryInfo folder = null!;

    private string Chain => Path.Combine(folder.FullName, "chain");

    [OneTimeSetUp]
    public void MakeAChainByHand()
    {
        folder = Directory.CreateTempSubdirectory("course-commands-");
        var chain = new ChainFolder(Chain);
        foreach (var (name, seed) in new[] { (StageNames.FineTuning, 1), (StageNames.Ppo, 2) })
        {
            using var model = new Gpt(
                new GptConfig { VocabularySize = Tokenizer.VocabularySize, BlockSize = 64, Layers = 1, Heads = 2, Width = 16 }, seed, torch.CPU);
            Directory.CreateDirectory(chain.Of(name));
            model.Save(chain.ModelFile(name));
            File.WriteAllText(Path.Combine(chain.Of(name), "report.json"), JsonSerializer.Serialize(new StageReport { Stage = name }));
        }

        Tokenizer.Save(chain.TokenizerFile);
        PreferenceFile.Write(chain.PreferencesFile, Enumerable.Range(0, 3).Select(i =>
            new Preference(new TextPair($"question {i}", "good", "bad"), Choice.First, "ada", DateTimeOffset.UnixEpoch)));
    }

    [OneTimeTearDown]
    public void Delete() => folder.Delete(recursive: true);

    [Test]
    public async Task Chat_answers_line_by_line_and_forgets_when_told_to()
    {
        var (code, output, error) = await CourseCommand.RunAsync("Hello\n\nAgain\n/new\nHello\n/quit\nnever read\n", "chat", Chain, "--temperature", "0", "--model", "sft");
        Assert.That(error, Is.Empty);
        Assert.That(code, Is.EqualTo(ExitCodes.Success));
        Assert.That(output, Does.StartWith("You talk to sft."));
        var (_, once, _) = await CourseCommand.RunAsync("Hello\n", "chat", Chain, "--temperature", "0", "--model", "sft");
        var answer = once[(once.IndexOf('\n') + 1)..];
        Assert.That(answer.Trim(), Is.Not.Empty);
        Assert.That(output[(output.IndexOf('\n') + 1)..], Does.StartWith(answer).And.EndsWith(answer), "the same greedy answer before and after /new");
        var (_, other, _) = await CourseCommand.RunAsync("Hello\n", "chat", Chain, "--temperature", "0");
        Assert.That(other, Does.StartWith("You talk to ppo.").And.Not.EndsWith(answer), "the best model when none is named");
        var (_, told, _) = await CourseCommand.RunAsync("Hello\n", "chat", Chain, "--temperature", "0", "--probabilities");
        Assert.That(told, Does.Match(@":\d+ %"));
    }

    [Test]
    public async Task Serve_says_where_it_is_and_answers()
    {
        using var process = CourseCommand.Start("serve", Chain, "--port", "0", "--parallel", "1");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync();
            var address = new Uri(Regex.Match(line!, @"http://127\.0\.0\.1:\d+/").Value);
            using var client = new HttpClient { BaseAddress = address };
            Assert.That(await client.GetStringAsync(new Uri("/v1/models", UriKind.Relative)), Does.Contain("\"ppo\"").And.Contain("\"sft\""));
            using var answer = await client.PostAsync(
                new Uri("/v1/chat/completions", UriKind.Relative), Json("""{"messages":[{"role":"user","content":"Hello"}],"max_tokens":5}"""));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("\"model\":\"ppo\"").And.Contain("finish_reason"));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Test]
    public async Task Label_keeps_judgements_goes_on_later_and_says_how_far_one_agrees()
    {
        var file = Path.Combine(folder.FullName, "labels.jsonl");
        var (code, output, _) = await CourseCommand.RunAsync("1\nq\n", "label", Chain, "--out", file, "--annotator", "reader");
        Assert.That(code, Is.EqualTo(ExitCodes.Success));
        Assert.That(output, Does.Contain("1 judgements, 2 pairs left").And.Match(@"You agree with ada on (0|100) % of 1 pairs"));
        (code, output, _) = await CourseCommand.RunAsync("2\n=\n", "label", Chain, "--out", file, "--annotator", "reader");
        Assert.That(output, Does.Contain("2 of 3").And.Contain("All pairs are done").And.Contain("2 judgements, 0 pairs left"));
        Assert.That(PreferenceFile.Read(file).Select(preference => preference.Annotator), Is.EqualTo(Enumerable.Repeat("reader", 3)));
    }

    [TestCase("chat", "{0}/nothing")]
    [TestCase("chat", "{0}/chain", "--model", "huge")]
    [TestCase("chat", "{0}/chain", "--temperature", "hot")]
    [TestCase("serve", "{0}/nothing")]
    [TestCase("serve", "{0}/chain", "--host", "everywhere")]
    [TestCase("serve", "{0}/chain", "--port", "70000")]
    [TestCase("label", "{0}/nothing.jsonl", "--out", "{0}/x.jsonl")]
    [TestCase("label", "{0}/chain/tokenizer.json", "--out", "{0}/x.jsonl")]
    [TestCase("label", "{0}/chain", "--out", "{0}/chain/preferences.jsonl")]
    [TestCase("export", "{0}/nothing", "--out", "{0}/x")]
    [TestCase("export", "{0}/chain", "--out", "{0}/chain")]
    [TestCase("export", "{0}/chain", "--out", "{0}/x.gguf", "--format", "gguf")]
    [TestCase("export", "{0}/chain", "--out", "{0}/x", "--format", "onnx")]
    [TestCase("chatgpt", "--out", "{0}")]
    [TestCase("chatgpt", "--out", "{0}/y", "--size", "huge")]
    [TestCase("chatgpt")]
    public async Task Nonsense_is_refused_in_a_sentence(params string[] arguments)
    {
        var (code, _, error) = await CourseCommand.RunAsync("", [.. arguments.Select(argument => argument.Replace("{0}", folder.FullName, StringComparison.Ordinal))]);
        Assert.That(code, Is.EqualTo(ExitCodes.BadArguments));
        Assert.That(error.Trim(), Is.Not.Empty.And.Not.Contains("   at "), "a sentence and no stack");
        Assert.That(Directory.Exists(Path.Combine(folder.FullName, "y")), Is.False);
    }
}
