using System.Text.RegularExpressions;
using Course.Alignment.Assistants;
using Course.Alignment.Chain;
using Course.Alignment.Chain.Stages;
using Course.Alignment.Conversations;
using Course.Alignment.Judgement;
using Course.Alignment.Reinforcement;
using Course.Generation;
using Course.Models.Formats;
using Course.Tests.Data;
using Course.Tests.Models.Formats;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Alignment;

/// <summary>The whole chain in the smallest size at which a model tells anything, once for all tests.</summary>
[TestFixture]
public class ChainTests
{
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
        PpoIterations = 4,
        PpoPrompts = 8,
        DpoSteps = 6,
        TaskFineTuningSteps = 20,
        GrpoIterations = 4,
        ComparisonPrompts = 12,
    };

    private TemporaryFolder folder = null!;
    private IReadOnlyList<StageReport> reports = null!;

    private ChainFolder Whole => new(folder.At("whole"));

    [OneTimeSetUp]
    public void RunOnce()
    {
        folder = new TemporaryFolder();
        reports = new ChatGptChain(folder.At("whole"), Recipe).Run();
    }

    [OneTimeTearDown]
    public void Delete() => folder.Dispose();

    [Test]
    public void Every_stage_leaves_its_report_and_its_model_and_nothing_half_done()
    {
        Assert.That(reports.Select(report => report.Stage), Is.EqualTo(ChatGptChain.Names));
        foreach (var report in reports)
        {
            Assert.That(report.Seconds, Is.Positive);
            Assert.That(Whole.Report(report.Stage)!.Metrics, Is.EqualTo(report.Metrics), "what is stored is what was told");
            Assert.That(report.Metrics.Values, Is.All.Not.NaN);
            Assert.That(Directory.Exists(Path.Combine(Whole.Of(report.Stage), "checkpoints")), Is.False);
        }

        Assert.That(Whole.Assistants, Is.EqualTo(new[] { StageNames.Ppo, StageNames.Dpo, StageNames.FineTuning, StageNames.PpoWithoutKl }));
        Assert.That(reports[1]["validation loss"], Is.LessThan(Math.Log(Recipe.VocabularySize) / 1.5), "it has learned something");
        Assert.That(reports[2]["validation loss"], Is.LessThan(reports[2]["validation loss before"]));
        Assert.That(PreferenceFile.Read(Whole.PreferencesFile), Has.Count.EqualTo((int)reports[3]["judgements"]));
    }

    [Test]
    public void The_report_has_the_charts_and_the_samples_and_needs_no_other_file()
    {
        var html = File.ReadAllText(Whole.ReportFile);
        Assert.That(Regex.Count(html, "<svg"), Is.GreaterThan(10));
        Assert.That(html, Does.Contain("Does the true reward follow the learned one?").And.Contain("What does a nat of KL buy?"));
        Assert.That(html, Does.Contain("What the models forgot").And.Contain("Is the reward model as often right as it is sure?"));
        Assert.That(html, Does.Not.Contain("<script").And.Not.Match("(src|href)=\"http"));
        foreach (var report in reports)
        {
            Assert.That(html, Does.Contain($"<h2>{report.Stage} "));
        }
    }

    [Test]
    public void What_should_have_come_out_is_judged_by_the_numbers()
    {
        var checks = ChainChecks.Of(Recipe, reports);
        Assert.That(checks, Has.Count.EqualTo(7));
        Assert.That(checks[^1].Holds, Is.False, "four iterations of GRPO are none");
        Assert.That(File.ReadAllText(Whole.ReportFile), Does.Contain("GRPO takes a model").And.Contain("<b>no</b>"));
        var reward = reports.Select(report => report.Stage == StageNames.Reward
            ? report with { Metrics = new Dictionary<string, double> { ["unseen pairs ordered right"] = 0.93 } } : report).ToList();
        Assert.That(ChainChecks.Of(Recipe, reward)[0], Is.EqualTo(new ChainCheck("The reward model orders at least 90 % of unseen pairs right", "93.0 %", true)));
        Assert.That(ChainChecks.Of(Recipe, reports.Take(3).ToList()), Is.Empty, "nothing to judge yet");
    }

    // Four standard errors of the difference of two means over 5 · 8 stories, of deviation 2, are 1.79.
    [TestCase(1.9, 2.0, true)]
    [TestCase(1.6, 2.0, false)]
    [TestCase(1.9, 0.5, false)]
    public void Over_optimisation_is_a_fall_that_is_no_chance_while_the_learned_reward_rises(double fall, double learnedAtEnd, bool holds)
    {
        const int Iterations = 20;
        double[] x = [.. Enumerable.Range(1, Iterations).Select(i => (double)i)];
        var free = new StageReport
        {
            Stage = StageNames.PpoWithoutKl,
            Curves =
            [
                new(Metric.Score, x, [.. x.Select(i => 1 + ((learnedAtEnd - 1) * (i - 1) / (Iterations - 1)))]),
                new(PpoStage.TrueReward, x, [.. x.Select(i => i <= 10 ? 3 : 3 - fall)]),
            ],
        };
        var comparison = reports.Single(report => report.Stage == StageNames.Comparison);
        comparison = comparison with { Metrics = new Dictionary<string, double>(comparison.Metrics) { [$"{StageNames.PpoWithoutKl}: true reward, deviation"] = 2 } };
        Assert.That(ChainChecks.Of(Recipe, [comparison, free])[^1].Holds, Is.EqualTo(holds));
    }

    [Test]
    public void A_chain_that_is_done_does_nothing_again()
    {
        var before = File.GetLastWriteTimeUtc(Whole.ModelFile(StageNames.Ppo));
        var news = 0;
        var again = new ChatGptChain(Whole.Root, Recipe).Run(_ => news++);
        Assert.That(news, Is.Zero);
        Assert.That(again.Select(report => report.Seconds), Is.EqualTo(reports.Select(report => report.Seconds)));
        Assert.That(File.GetLastWriteTimeUtc(Whole.ModelFile(StageNames.Ppo)), Is.EqualTo(before));
    }

    [Test]
    public void Interrupted_in_every_stage_it_ends_with_the_same_bytes()
    {
        // The stages up to the judgements are taken over: what is tested is the rest.
        var broken = folder.At("broken");
        foreach (var file in Directory.EnumerateFiles(Whole.Root, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(broken, Path.GetRelativePath(Whole.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string[] redone = [StageNames.Reward, StageNames.Ppo, StageNames.Dpo, StageNames.PpoWithoutKl, StageNames.Grpo, StageNames.Comparison];
        foreach (var stage in redone)
        {
            Directory.Delete(Path.Combine(broken, stage), recursive: true);
        }

        var interruptions = 0;
        foreach (var share in Enumerable.Repeat(0.3, redone.Length))
        {
            using var stop = new CancellationTokenSource();
            var stage = 0;
            try
            {
                new ChatGptChain(broken, Recipe).Run(
                    news =>
                    {
                        stage = stage == 0 ? news.Number : stage;
                        if (news.Share >= share && (news.Number > stage || news.Share < 1))
                        {
                            stop.Cancel();
                        }
                    },
                    cancellation: stop.Token);
            }
            catch (OperationCanceledException)
            {
                interruptions++;
            }
        }

        var resumed = new ChatGptChain(broken, Recipe).Run();
        Assert.That(interruptions, Is.GreaterThanOrEqualTo(3));
        foreach (var (expected, actual) in reports.Zip(resumed))
        {
            Assert.That(actual.Metrics, Is.EqualTo(expected.Metrics), expected.Stage);
        }

        // As they are kept on the disk, both written and read once.
        var (curves, again) = (Whole.Report(StageNames.Ppo)!.Curves, new ChainFolder(broken).Report(StageNames.Ppo)!.Curves);
        Assert.That(again.SelectMany(curve => curve.Y), Is.EqualTo(curves.SelectMany(curve => curve.Y)), "to the last bit");

        foreach (var stage in redone.SkipLast(1))
        {
            Assert.That(File.ReadAllBytes(new ChainFolder(broken).ModelFile(stage)), Is.EqualTo(File.ReadAllBytes(Whole.ModelFile(stage))), stage);
        }
    }

    [Test]
    public void The_two_runs_of_PPO_differ_in_the_price_on_KL_and_in_nothing_else()
    {
        var (priced, free) = (new PpoStage("a", "", priceOnKl: true).Options(Recipe), new PpoStage("b", "", priceOnKl: false).Options(Recipe));
        Assert.That(free.Kl, Is.EqualTo(new FixedKlCoefficient { Initial = 0 }));
        Assert.That(priced.Kl, Is.EqualTo(new FixedKlCoefficient { Initial = Recipe.KlCoefficient }));
        Assert.That(free with { Kl = priced.Kl }, Is.EqualTo(priced));
    }

    [Test]
    public void Built_like_Llama_it_learns_as_well_and_can_be_exported()
    {
        var chain = new ChatGptChain(folder.At("llama"), Recipe with { LlamaStyle = true });
        var made = chain.Run(until: StageNames.Ppo);
        Assert.That(made[1]["validation loss"], Is.LessThan(Math.Log(Recipe.VocabularySize) / 1.5), "it has learned something");
        using var model = chain.Folder.LoadModel(StageNames.Ppo);
        Gguf.Save(model, folder.At("model.gguf"), chain.Folder.LoadTokenizer());
        using var scope = torch.NewDisposeScope();
        var table = model.Tokens.Weight.detach().data<float>().ToArray();
        Assert.That(new GgufReader(folder.At("model.gguf")).Tensors["token_embd.weight"].Numbers, Is.EqualTo(table));
        Assert.That(ChainRecipe.FromJson(chain.Recipe.ToJson()).LlamaStyle, Is.True);
    }

    [Test]
    public void Another_recipe_other_files_and_damage_are_refused_in_words()
    {
        Assert.That(() => new ChatGptChain(Whole.Root, Recipe with { Seed = 2 }), Throws.ArgumentException.With.Message.Contains("another recipe"));
        Directory.CreateDirectory(folder.At("other"));
        File.WriteAllText(folder.At("other/letter.txt"), "dear");
        Assert.That(() => new ChatGptChain(folder.At("other"), Recipe), Throws.ArgumentException.With.Message.Contains("something else"));
        Assert.That(() => new ChatGptChain(folder.At("new"), Recipe).Run(until: "nowhere"), Throws.ArgumentException.With.Message.Contains("pretrained"));
        Assert.That(() => new ChatGptChain(folder.At("x"), Recipe with { PpoPrompts = 6 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new ChatGptChain(folder.At("x"), Recipe with { FlipRate = 0.6 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new ChatGptChain(folder.At("x"), Recipe with { MaxTokens = 128 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new ChatGptChain(folder.At("x"), Recipe with { Tales = 0 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(Directory.Exists(folder.At("x")), Is.False, "nothing is begun with nonsense");
        Assert.That(ChainRecipe.FromJson(Recipe.ToJson()), Is.EqualTo(Recipe));
        Assert.That(() => ChainRecipe.FromJson("{\"Tales\":-1}"), Throws.InstanceOf<InvalidDataException>());

        var damaged = new ChainFolder(folder.At("damaged"));
        Directory.CreateDirectory(damaged.Of("ppo"));
        File.WriteAllText(Path.Combine(damaged.Of("ppo"), "report.json"), "{");
        Assert.That(() => damaged.Report("ppo"), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("Delete it"));
        Assert.That(() => damaged.LoadModel("ppo"), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("course chatgpt"));
    }

    [Test]
    public void Its_models_answer_as_the_generator_writes_and_stop_where_an_answer_ends()
    {
        using var assistant = Assistant.Load(Whole, StageNames.FineTuning)[0];
        using var model = Whole.LoadModel(StageNames.FineTuning);
        var template = new ChatTemplate(assistant.Tokenizer);
        var question = Conversation.Of("Begin a story about Rosa and a cup.");
        var greedy = new AnswerOptions { Sampling = SamplingOptions.Greedy, MaxTokens = 60, Alternatives = 3 };
        var pieces = new List<AnswerPiece>();
        var answer = assistant.Answer(question, greedy, pieces.Add);
        var expected = new TextGenerator(model, assistant.Tokenizer)
            .Tokens(template.RenderPrompt(question), 60, SamplingOptions.Greedy, stopToken: template.EndToken).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(pieces.Where(piece => piece.Chosen is not null).Select(piece => piece.Chosen!.Token), Is.EqualTo(expected));
            Assert.That(answer.Text, Is.EqualTo(assistant.Tokenizer.Decode(expected)));
            Assert.That(string.Concat(pieces.Select(piece => piece.Text)), Is.EqualTo(answer.Text));
            Assert.That(answer.AnswerTokens, Is.EqualTo(expected.Length));
            Assert.That(answer.End, Is.EqualTo(expected.Length < 60 ? AnswerEnd.Complete : AnswerEnd.Length));
            Assert.That(pieces[0].Likeliest[0], Is.EqualTo(pieces[0].Chosen), "greedy takes the likeliest");
            Assert.That(pieces[0].Likeliest.Sum(chance => Math.Exp(chance.LogProbability)), Is.InRange(0.01, 1));
        });

        var sampled = new AnswerOptions { Seed = 5, MaxTokens = 30 };
        Assert.That(assistant.Answer(question, sampled).Text, Is.EqualTo(assistant.Answer(question, sampled).Text));
        Assert.That(assistant.Answer(question, sampled with { Seed = 6 }).Text, Is.Not.EqualTo(assistant.Answer(question, sampled).Text));
        var stop = answer.Text[8..11];
        Assert.That(assistant.Answer(question, greedy with { Stop = [stop] }).Text, Is.EqualTo(answer.Text[..answer.Text.IndexOf(stop, StringComparison.Ordinal)]));
    }

    [Test]
    public void A_long_conversation_loses_its_oldest_exchanges_and_too_long_a_question_is_refused()
    {
        using var assistant = Assistant.Load(Whole, StageNames.FineTuning)[0];
        var conversation = Conversation.Of("Tell me about Rosa.", "Rosa was a girl.");
        for (var i = 0; i < 12; i++)
        {
            conversation = conversation.Then("And Felix?").Then("Felix was a boy.");
        }

        var answer = assistant.Answer(conversation.Then("And you?"), new AnswerOptions { MaxTokens = 3 });
        Assert.That(answer.DroppedExchanges, Is.InRange(1, 12));
        Assert.That(answer.PromptTokens, Is.LessThan(assistant.BlockSize));
        Assert.That(
            () => assistant.Answer(Conversation.Of(string.Concat(Enumerable.Repeat("a very long question ", 80)))),
            Throws.ArgumentException.With.Message.Contains("too long"));
        Assert.That(() => assistant.Answer(conversation), Throws.ArgumentException, "nobody asked");
        Assert.That(() => assistant.Answer(Conversation.Of("x"), new AnswerOptions { MaxTokens = 0 }), Throws.InstanceOf<ArgumentException>());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(() => assistant.Answer(Conversation.Of("x"), cancellation: cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Whatever_the_model_likes_an_answer_has_no_turns_in_it()
    {
        using var model = Whole.LoadModel(StageNames.FineTuning);
        var tokenizer = Whole.LoadTokenizer();
        using (torch.no_grad())
        using (torch.NewDisposeScope())
        {
            // Tokens and logits share a table: a token with a long vector along the final bias is the likeliest everywhere.
            model.Tokens.Weight[tokenizer.IdOf("<|user|>")].mul_(100);
            model.Tokens.Weight[tokenizer.IdOf("<|assistant|>")].mul_(-100);
        }

        using var assistant = new Assistant(model, tokenizer);
        for (var seed = 0; seed < 5; seed++)
        {
            Assert.That(assistant.Answer(Conversation.Of("Hello"), new AnswerOptions { Seed = seed, MaxTokens = 20 }).Text, Does.Not.Contain("<|"));
        }
    }
}
