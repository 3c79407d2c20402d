using System.Text.Json;
using Course.Cli.Running;
using Course.Notebooks.Jupyter.Client;
using Course.Notebooks.Tests.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter.Client;

/// <summary>
/// Judging pairs of texts in a notebook: the course's kernel as a process, a cell that asks, a person at the keyboard (played by the
/// client) who stops in the middle, and another kernel in which the session goes on.
/// </summary>
[TestFixture]
public sealed class LabellingTests
{
    private const string Open = """
        TextPair[] pairs = [.. Enumerable.Range(0, 4).Select(i => new TextPair($"request {i}", $"good {i}", $"bad {i}"))];
        var session = new LabellingSession(pairs, "judgements.jsonl", "reader");
        """;

    // Lines come from GetInputAsync, as a cell written for .NET Interactive would ask for them.
    private const string Asking = """
        class Keyboard : System.IO.TextReader
        {
            public override string? ReadLine() => Microsoft.DotNet.Interactive.Kernel.GetInputAsync("Which is better?").GetAwaiter().GetResult();
        }
        """;

    private readonly List<string> shown = [];
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public async Task A_session_in_a_notebook_asks_stores_every_judgement_at_once_and_goes_on_in_another_kernel()
    {
        // The console, which is what the dialogue uses when nothing is said; the person prefers what is good, twice, and stops.
        var (made, prompts) = await JudgeAsync("new LabellingDialogue(session).Run()", Better, count: 2);
        Assert.That((made, prompts.Distinct().Single()), Is.EqualTo(("2", "")));
        Assert.That(Stored(), Has.Count.EqualTo(2));

        // GetInputAsync in a new kernel: two pairs are left.
        (made, prompts) = await JudgeAsync($"{Asking}\nnew LabellingDialogue(session, new Keyboard()).Run()", Better, count: 10);
        Assert.That((made, prompts.Distinct().Single()), Is.EqualTo(("2", "Which is better?")));
        Assert.That(string.Concat(shown), Does.Contain("3 of 4").And.Contain("All pairs are done."));

        var stored = Stored();
        Assert.That(stored.Select(line => line.GetProperty("annotator").GetString()), Is.EqualTo(Enumerable.Repeat("reader", 4)));
        Assert.That(stored.Select(line => line.GetProperty("prompt").GetString()), Is.Unique);
        foreach (var line in stored)
        {
            var wins = line.GetProperty("choice").GetString() == "first" ? "first" : "second";
            Assert.That(line.GetProperty(wins).GetString(), Does.StartWith("good"), "the judgement follows the texts, however they were shown");
            Assert.That(line.GetProperty("when").GetDateTimeOffset(), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(30)));
        }

        // All is judged: nobody is asked any more.
        (made, prompts) = await JudgeAsync("new LabellingDialogue(session).Run()", Better, count: 10);
        Assert.That((made, prompts.Count), Is.EqualTo(("0", 0)));
    }

    [Test]
    public async Task Where_nobody_can_answer_the_dialogue_says_so_and_stores_nothing()
    {
        await using var client = Client(null);
        await client.StartAsync();
        var output = new RecordingOutput();
        await RunAsync(client, "#!import course.csx", output);
        await RunAsync(client, Open, output);
        var reply = await client.ExecuteAsync("new LabellingDialogue(session).Run()", output);
        Assert.That(reply.Error!.Name, Does.EndWith(nameof(InvalidOperationException)));
        Assert.That(File.Exists(folder.File("judgements.jsonl")), Is.False);
    }

    private async Task<(string Made, List<string> Prompts)> JudgeAsync(string dialogue, Func<string, string> choose, int count)
    {
        var prompts = new List<string>();
        var output = new RecordingOutput { OnStream = text => { lock (shown) { shown.Add(text); } } };
        await using var client = Client(async (prompt, _) =>
        {
            prompts.Add(prompt);
            if (prompts.Count > count)
            {
                return "q";
            }

            // Output and questions travel on two channels: read until the question can be seen.
            var deadline = DateTimeOffset.UtcNow + Patience.Long;
            while (output.Out.Split("u or q? ").Length <= prompts.Count && DateTimeOffset.UtcNow < deadline)
            {
                await Task.Delay(20);
            }

            return choose(output.Out);
        });
        await client.StartAsync();
        await RunAsync(client, "#!import course.csx", output);
        await RunAsync(client, Open, output);
        return ((await RunAsync(client, dialogue, output))!, prompts);
    }

    private static string Better(string seen) => seen[seen.LastIndexOf("[1] ", StringComparison.Ordinal)..].StartsWith("[1] good", StringComparison.Ordinal) ? "1" : "2";

    private static async Task<string?> RunAsync(JupyterKernelClient client, string code, RecordingOutput output)
    {
        var reply = await client.ExecuteAsync(code, output).WaitAsync(Patience.Long);
        Assert.That(reply.Error, Is.Null, () => $"{reply.Error!.Name}: {reply.Error.Value}");
        return reply.Result?.Data["text/plain"];
    }

    // The setup refers to the library by paths that count from the file itself; a copy of it leads to the same library.
    private JupyterKernelClient Client(InputHandler? input)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Course.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        }

        var setup = File.ReadAllText(Path.Combine(root.FullName, "environment", "course.csx"));
        File.WriteAllText(folder.File("course.csx"), setup.Replace("\"../lib", $"\"{root.FullName.Replace('\\', '/')}/lib", StringComparison.Ordinal));
        return new JupyterKernelClient(CourseKernel.Launch(folder.Path), input);
    }

    private List<JsonElement> Stored() =>
        [.. File.ReadAllLines(folder.File("judgements.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
}
