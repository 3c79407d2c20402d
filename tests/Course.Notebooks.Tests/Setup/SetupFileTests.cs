using System.Text.Json;
using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting;
using Course.Notebooks.Tests.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Setup;

/// <summary>The file that the first cell of every notebook imports, run as a notebook runs it.</summary>
public sealed class SetupFileTests
{
    private readonly RecordingOutput output = new();
    private CSharpSession session = null!;
    private string setup = null!;

    [OneTimeSetUp]
    public async Task ImportTheSetup()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Course.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        }

        // Paths mean the same from environment/ as from notebooks/.
        session = new CSharpSession(new CSharpSessionOptions(Path.Combine(root.FullName, "environment")));
        setup = Path.Combine(root.FullName, "environment", "course.csx");
        Assert.That(await RunAsync("#!import ../environment/course.csx"), Is.Null, "the setup shows nothing of its own");
        Assert.That(output.Events, Is.Empty);
    }

    [OneTimeTearDown]
    public async Task CloseTheSession() => await session.DisposeAsync();

    [Test]
    public async Task TensorsWorkInTheCellsBelow() =>
        Assert.That((await RunAsync("torch.arange(4, device: CPU).sum().item<long>()"))!.Data["text/plain"], Is.EqualTo("6"));

    [Test]
    public async Task StopEndsATrainingBetweenTwoUpdatesAndItCanGoOn()
    {
        await RunAsync("""
            using Course.Data;
            using Course.Models;
            using Course.Training;
            var stopped = new Gpt(new GptConfig { VocabularySize = 5, BlockSize = 4, Layers = 1, Heads = 1, Width = 4 }, seed: 1, CPU);
            var tokens = TokenArray.From(Enumerable.Range(0, 100).Select(i => i % 5));
            var endless = new Trainer(
                new LanguageModelTask(stopped, tokens, tokens, batchSize: 2, seed: 1), new TrainerOptions { Steps = 100_000_000, EvaluateEvery = 0 });
            """);
        using var stop = new CancellationTokenSource();
        var running = session.ExecuteAsync("endless.Run();", output, stop.Token);
        await Task.Delay(200);
        await stop.CancelAsync();
        var reply = await running.WaitAsync(Patience.Long);

        Assert.That(reply.Error!.Name, Is.EqualTo("System.OperationCanceledException"));
        var goneOn = await RunAsync("var before = endless.Step; endless.Run(until: before + 3); endless.Step - before");
        Assert.That(goneOn!.Data["text/plain"], Is.EqualTo("3"));
    }

    [TestCase("Trainer", "class Course.Training.Trainer", "trains")]
    [TestCase("new TrainerOptions().Steps", "TrainerOptions.Steps", "updates")]
    [TestCase("Plot.Bars(", "Plot.Bars(", "bar")]
    public async Task TheCoursesOwnDocumentationIsFound(string code, string signature, string summary)
    {
        var found = await session.InspectAsync(code, code.Length, InspectionDetail.Brief);
        var text = found!.Bundle.Data["text/plain"];
        Assert.That(text.Split('\n')[0], Does.Contain(signature));
        Assert.That(string.Join(' ', text.Split('\n')[1..]), Does.Contain(summary).IgnoreCase);
    }

    [Test]
    public async Task TheCoursesNamesAreCompleted()
    {
        var reply = await session.CompleteAsync("TorchRuntime.See", 16);
        Assert.That(reply.Matches.Select(match => match.Text), Is.EqualTo(new[] { "Seed" }));
    }

    [Test]
    public async Task PicturesAreShownStaticInteractiveAndAsText()
    {
        var shown = await RunAsync("Plot.Bars(\"Which token?\", new[] { (\" cat\", 0.75), (\" dog\", 0.25) })");

        Assert.That(shown!.Data.Keys, Is.EquivalentTo(new[] { "text/html", "text/plain", "application/vnd.plotly.v1+json" }));
        using var figure = JsonDocument.Parse(shown.Data["application/vnd.plotly.v1+json"]);
        Assert.That(figure.RootElement.GetProperty("data")[0].GetProperty("type").GetString(), Is.EqualTo("bar"));
        Assert.That(shown.Data["text/html"], Does.Contain("data:image/svg+xml;base64,").And.Contain("{\"data\":["), "Plotly.NET was found");
        Assert.That(shown.Data["text/html"], Does.Not.Contain("cannot be loaded"));
        Assert.That(shown.Data["text/plain"], Does.StartWith("Which token?\n").And.Contain("␣cat"));
    }

    [Test]
    public async Task DiagramsHaveNoInteractiveForm()
    {
        var shown = await RunAsync("Plot.Diagram(\"What comes first?\", [new(\"a\", 0), new(\"b\", 1)], [new(\"a\", \"b\")])");
        Assert.That(shown!.Data.Keys, Is.EquivalentTo(new[] { "text/html", "text/plain" }));
    }

    [Test]
    public async Task TensorsAreSummarised()
    {
        var shown = await RunAsync("torch.ones(2, 3, device: CPU)");
        Assert.That(shown!.Data["text/plain"], Does.StartWith("tensor (2, 3) of float32 on cpu"));
        Assert.That(shown.Data["text/html"], Does.Contain("<img"));
        Assert.That((await RunAsync("torch.nn.Parameter(torch.ones(2, device: CPU))"))!.Data["text/plain"], Does.StartWith("tensor (2)"));
    }

    [Test]
    public async Task ProgressMovesInPlace()
    {
        await RunAsync("var bar = new ProgressBar(\"Reading\", 2, \"files\");\nbar.Step();\nbar.Step();");
        Assert.That(output.Displays[^1].Data["text/html"], Does.Contain("<progress value=\"1\" max=\"2\""));
        Assert.That(output.Updates[^1].Bundle.Data["text/plain"], Does.Contain("2 of 2 files"));
    }

    [Test]
    public async Task CardsAreShownToPeopleAndPrograms()
    {
        var shown = await RunAsync("ExpectedResult.Card(\"Digits\").Metric(\"accuracy\", 0.98, 0.97, 1)");

        Assert.That(shown!.Data["text/html"], Does.Contain("as expected"));
        using var json = JsonDocument.Parse(shown.Data["application/vnd.course.card+json"]);
        Assert.That(json.RootElement.GetProperty("metrics")[0].GetProperty("value").GetDouble(), Is.EqualTo(0.98));
    }

    [Test]
    public async Task ACardOutOfItsBandFailsTheCell()
    {
        var reply = await session.ExecuteAsync("ExpectedResult.Card(\"Digits\").Metric(\"accuracy\", 0.5, 0.97, 1).Assert();", output);

        Assert.That(reply.Error?.Name, Does.EndWith("ExpectationException"));
        Assert.That(reply.Error!.Value, Does.Contain("accuracy is 0.5, expected 0.97 to 1"));
    }

    [Test]
    public async Task AnExerciseNotBegunIsShownAsToDoAndFailsNothing()
    {
        var shown = await RunAsync("Check.That(\"your mask hides the future\", () => throw new NotYet(\"your mask\"))");

        Assert.That(shown!.Data["text/plain"], Does.StartWith("○ to do: your mask hides the future"));
    }

    [Test]
    public async Task EveryTypeOfTheCourseCanBeNamedWithoutItsNamespace()
    {
        // A type of the same name in TorchSharp, or nested in torch, would make the name ambiguous in every notebook.
        string[] opened = [.. (await File.ReadAllLinesAsync(setup)).Where(line => line.StartsWith("using Course.", StringComparison.Ordinal)).Select(line => line[6..^1])];
        var names = typeof(Course.Plots.Picture).Assembly.GetExportedTypes()
            .Where(t => !t.IsNested && !t.IsGenericType && opened.Contains(t.Namespace)).Select(t => t.Name).ToArray();
        Assert.That(names, Has.Length.GreaterThan(50));

        var shown = await RunAsync("new[] { " + string.Join(", ", names.Select(n => $"typeof({n})")) + " }.Length");
        Assert.That(shown!.Data["text/plain"], Is.EqualTo(names.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private async Task<MimeBundle?> RunAsync(string code)
    {
        var reply = await session.ExecuteAsync(code, output);
        Assert.That(reply.Error, Is.Null, () => string.Join('\n', reply.Error!.Traceback));
        return reply.Result;
    }
}
