using Course.Alignment.Chain;
using Course.Alignment.Judgement;
using Course.Alignment.Reinforcement;
using NUnit.Framework;
using static Course.Tests.Alignment.TinyWorld;

namespace Course.Tests.Alignment;

[TestFixture]
public class HiddenTasteTests : AlignmentFixture
{
    [TestCase("", 0)]
    [TestCase("Rosa had a cup.", 0)]
    [TestCase("The Fox ran into the forest, and the fox slept.", 3)]
    [TestCase("A foxy forester.", 0)]
    [TestCase("fox bear frog duck goat", 5)]
    [TestCase("fox bear frog duck goat cat", 3)]
    [TestCase("fox bear frog duck goat cat dog bird tree sun", -5)]
    public void Nature_is_liked_up_to_a_point(string story, double utility) => Assert.That(NatureTaste.Of(story), Is.EqualTo(utility));

    [Test]
    public void Sorting_is_rewarded_when_it_is_right_and_finished_and_by_nothing_else()
    {
        Assert.Multiple(() =>
        {
            Assert.That(SortingTask.Answer("31415"), Is.EqualTo("11345"));
            Assert.That(Reward("31415", "11345"), Is.EqualTo(1));
            Assert.That(Reward("31415", "11354"), Is.Zero);
            Assert.That(Reward("31415", "1134"), Is.Zero);
            Assert.That(Reward("31415", "113455"), Is.Zero);
            Assert.That(Reward("31415", "11345", ended: false), Is.Zero);
        });
        var seen = SortingTask.Questions(3000, seed: 1);
        var unseen = SortingTask.Questions(500, seed: 1, unseen: true).Concat(SortingTask.Questions(500, seed: 9, unseen: true)).ToHashSet();
        Assert.That(seen.Any(unseen.Contains), Is.False, "whatever the seed");
        Assert.That(seen, Is.All.Length.EqualTo(SortingTask.Digits));
        Assert.That(SortingTask.Questions(10, 1), Is.EqualTo(seen.Take(10)));
        var right = seen.Average(question => SortingTask.CarelessAnswer(question, 1) == SortingTask.Answer(question) ? 1.0 : 0);
        // 30 % of the answers are right; four standard errors of 3,000 are 0.033. Five equal digits cannot be answered wrong: 1 in 10,000.
        Assert.That(right, Is.EqualTo(0.3).Within(0.034));
        Assert.That(SortingTask.CarelessAnswer("77777", 1), Is.EqualTo("77777"));
        var slips = Enumerable.Range(0, 2000).Select(seed => SortingTask.CarelessAnswer("40312", seed)).CountBy(answer => answer).ToDictionary();
        Assert.That(slips.Keys, Is.EquivalentTo(new[] { "01234", "10234", "02134", "01324", "01243" }));
        Assert.That(slips.MaxBy(slip => slip.Value).Key, Is.EqualTo("01234"), "the truth is the commonest answer");

        static double Reward(string question, string answer, bool ended = true)
        {
            int[] tokens = ended ? [.. SortingTask.Tokenizer.Encode(answer), SortingTask.Template.EndToken] : SortingTask.Tokenizer.Encode(answer);
            return SortingTask.Reward.Score([new Completion(SortingTask.Prompt(question), tokens, ended)])[0];
        }
    }

    [Test]
    public void What_is_watched_is_on_record_changes_nothing_and_survives_an_interruption()
    {
        var options = new PpoOptions
        {
            Iterations = 4,
            MaxTokens = 3,
            Prompts = 8,
            Epochs = 1,
            MiniBatches = 2,
            LearningRate = 3e-3,
            Seed = 7,
            CheckpointFolder = At("ppo"),
            CheckpointEvery = 1,
        };
        var length = new DelegateReward(completion => completion.Tokens.Count);
        using var plain = New(options with { CheckpointFolder = null });
        var expected = plain.Run();

        using (var broken = New(options))
        {
            broken.Watch("length", length);
            Assert.That(() => broken.Watch("length", length), Throws.ArgumentException);
            Assert.That(() => broken.Watch(Metric.Score, length), Throws.ArgumentException);
            broken.Run(until: 2);
            Assert.That(() => broken.Watch("late", length), Throws.InvalidOperationException);
        }

        using var resumed = New(options);
        resumed.Watch("length", length);
        resumed.Resume();
        var actual = resumed.Run();
        for (var i = 0; i < 4; i++)
        {
            Assert.That(actual[i]["length"], Is.EqualTo(actual[i][Metric.Length]), "measured on the same completions");
            Assert.That(plain.MetricNames.Select(name => actual[i][name]), Is.EqualTo(plain.MetricNames.Select(name => expected[i][name])));
        }

        using var forgetful = New(options);
        Assert.That(() => forgetful.Resume(), Throws.InvalidOperationException.With.Message.Contains("watched something else"));

        static PpoTrainer New(PpoOptions options) => new(new ActorCritic(Tiny()), [Prompt], Rewards, options, End, Pad, Tiny());
    }

    [Test]
    public void A_labelling_session_is_a_talk_in_plain_lines()
    {
        var pairs = Enumerable.Range(0, 4).Select(i => new TextPair($"question {i}", "an answer", "another")).ToList();
        var path = At("labels.jsonl");
        var output = new StringWriter();
        var made = new LabellingDialogue(new LabellingSession(pairs, path, "ada"), new StringReader("what?\n1\n2\nu\n=\ns\nq\n1\n"), output).Run();
        Assert.Multiple(() =>
        {
            Assert.That(made, Is.EqualTo(2), "one, one taken back, one tie, one skipped");
            Assert.That(PreferenceFile.Read(path), Has.Count.EqualTo(2));
            Assert.That(PreferenceFile.Read(path).Count(preference => preference.Choice == Choice.Tie), Is.EqualTo(1));
            Assert.That(output.ToString(), Does.Contain("Taken back").And.Contain("— 1 of 4 —").And.Contain("[2] "));
        });

        // Later, and then the input ends.
        made = new LabellingDialogue(new LabellingSession(pairs, path, "ada"), new StringReader("1\n"), output).Run();
        Assert.That(made, Is.EqualTo(1));
        Assert.That(new LabellingDialogue(new LabellingSession(pairs, path, "ada"), new StringReader("2\n"), output).Run(), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("All pairs are done."));
    }

    [Test]
    public void Files_of_judgements_are_files_of_pairs_too_and_others_are_refused()
    {
        var path = At("pairs.jsonl");
        var pair = new TextPair("a", "b", "c");
        PreferenceFile.Write(path, [new Preference(pair, Choice.First, "ada", default), new Preference(pair, Choice.Second, "bob", default)]);
        Assert.That(TextPairFile.Read(path), Is.EqualTo(new[] { pair }), "each once");
        foreach (var line in new[] { "[]", "{}", "{\"prompt\":1,\"first\":\"\",\"second\":\"\"}", "{\"prompt\":\"\\ud800\",\"first\":\"\",\"second\":\"\"}", "{", new string('[', 99) })
        {
            File.WriteAllText(path, line + "\n");
            Assert.That(() => TextPairFile.Read(path), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("line 1"));
        }
    }
}
