using Course.Alignment.Conversations;
using Course.Alignment.Judgement;
using NUnit.Framework;

namespace Course.Tests.Alignment;

[TestFixture]
public class JudgementTests : AlignmentFixture
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static List<TextPair> Pairs(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new TextPair($"question {i}", $"{i} a", $"{i} \"b\"\n{{ü}}"))];

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }

    [Test]
    public void Judgements_come_back_as_they_were_written()
    {
        var path = At("judgements.jsonl");
        Preference[] judgements =
        [
            new(Pairs(2)[1], Choice.Second, "ada", Noon), new(new TextPair("", "<a>", "\u2028 \0"), Choice.Tie, "bob", Noon.AddTicks(7)),
        ];
        PreferenceFile.Append(path, judgements[0]);
        PreferenceFile.Append(path, judgements[1]);
        Assert.That(PreferenceFile.Read(path), Is.EqualTo(judgements));
        Assert.That(File.ReadAllLines(path), Has.Length.EqualTo(2), "one line each, whatever the texts contain");
        PreferenceFile.Write(At("all.jsonl"), judgements);
        Assert.That(File.ReadAllBytes(At("all.jsonl")), Is.EqualTo(File.ReadAllBytes(path)));
        Assert.That((judgements[0].Chosen, judgements[0].Rejected, judgements[1].Chosen), Is.EqualTo((judgements[0].Pair.Second, "1 a", (string?)null)));
    }

    [TestCase("[]", "no JSON object")]
    [TestCase("{", "line 2")]
    [TestCase("""{"prompt":"","first":"","second":"","choice":"first","annotator":"a"}""", "'when' is missing")]
    [TestCase("""{"prompt":"","first":"","second":"","choice":"third","annotator":"a","when":"2026-01-31T12:00:00.0000000+00:00"}""", "'choice'")]
    [TestCase("""{"prompt":"","first":"","second":"","choice":"first","annotator":"a","when":"yesterday"}""", "'when' is no time")]
    [TestCase("""{"prompt":"","first":"","second":"","choice":"first","annotator":" ","when":"2026-01-31T12:00:00.0000000+00:00"}""", "nobody")]
    [TestCase("""{"prompt":"","first":1,"second":"","choice":"first","annotator":"a","when":"2026-01-31T12:00:00.0000000+00:00"}""", "'first' is no text")]
    [TestCase("""{"prompt":"","prompt":"","second":"","choice":"first","annotator":"a","when":"2026-01-31T12:00:00.0000000+00:00"}""", "line 2")]
    [TestCase("""{"prompt":"","first":"","second":"","choice":"first","annotator":"a","when":"2026-01-31T12:00:00.0000000+00:00","more":""}""", "'more' is unknown")]
    [TestCase("""{"prompt":"\ud800","first":"","second":"","choice":"first","annotator":"a","when":"2026-01-31T12:00:00.0000000+00:00"}""", "line 2")]
    [TestCase("""{"a":{"a":{"a":{"a":{"a":{}}}}}}""", "line 2")]
    public void A_line_that_is_no_judgement_is_refused_by_its_number(string line, string message)
    {
        var path = At("bad.jsonl");
        PreferenceFile.Append(path, new Preference(Pairs(1)[0], Choice.First, "a", Noon));
        File.AppendAllText(path, line + "\n");
        Assert.That(() => PreferenceFile.Read(path), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(message).And.Message.Contains("line 2"));
    }

    [Test]
    public void A_line_that_is_too_long_invalid_or_without_end_is_refused()
    {
        File.WriteAllText(At("long.jsonl"), new string('x', PreferenceFile.MaxLineBytes + 1) + "\n");
        Assert.That(() => PreferenceFile.Read(At("long.jsonl")), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("longer"));
        File.WriteAllBytes(At("bytes.jsonl"), [0x22, 0xff, 0xfe, 0x22, 0x0a]);
        Assert.That(() => PreferenceFile.Read(At("bytes.jsonl")), Throws.InstanceOf<InvalidDataException>());
        File.WriteAllText(At("torn.jsonl"), "{\"prompt\":\"");
        Assert.That(() => PreferenceFile.Read(At("torn.jsonl")), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no end"));
        Assert.That(() => PreferenceFile.Repair(At("long.jsonl")), Throws.Nothing);
        var huge = new Preference(new TextPair("", new string('x', PreferenceFile.MaxLineBytes), ""), Choice.First, "a", Noon);
        Assert.That(() => PreferenceFile.Append(At("huge.jsonl"), huge), Throws.ArgumentException);
        Assert.That(File.Exists(At("huge.jsonl")), Is.False);
    }

    [Test]
    public void A_session_goes_on_where_the_last_one_stopped_also_after_a_crash()
    {
        var path = At("session.jsonl");
        var first = new LabellingSession(Pairs(5), path, "ada", seed: 1, new StoppedClock());
        var shown = new List<TextPair>();
        for (var i = 0; i < 2; i++)
        {
            shown.Add(first.Current!);
            Assert.That(first.Judge(Choice.First).When, Is.EqualTo(Noon));
        }

        File.AppendAllText(path, "{\"prompt\":\"torn"); // the power fails
        var second = new LabellingSession(Pairs(5), path, "ada", seed: 1);
        Assert.That(second.CutOff, Does.Contain("torn"));
        Assert.That((second.Total, second.Done), Is.EqualTo((5, 2)));
        while (second.Current is { } pair)
        {
            shown.Add(pair);
            second.Judge(Choice.First);
        }

        Assert.That(() => second.Judge(Choice.First), Throws.InvalidOperationException);
        Assert.That(shown.Select(pair => pair.Prompt), Is.EquivalentTo(Pairs(5).Select(pair => pair.Prompt)));
        var stored = PreferenceFile.Read(path);
        // Whatever side a text was shown on, the file says which text was meant.
        Assert.That(stored.Select(p => p.Chosen), Is.EqualTo(shown.Select(pair => pair.First)));
        Assert.That(stored.Select(p => p.Pair), Is.EquivalentTo(Pairs(5)));
        Assert.That(new LabellingSession(Pairs(5), path, "bob").Done, Is.Zero, "another annotator starts afresh");
    }

    [Test]
    public void Judgements_become_tokens_and_what_is_left_out_is_on_record()
    {
        Preference[] all =
        [
            new(new TextPair("ab", "c", "dd"), Choice.Second, "ada", Noon), new(new TextPair("ab", "c", "d"), Choice.Tie, "ada", Noon),
            new(new TextPair("ab", "c", "dddddd"), Choice.First, "ada", Noon),
        ];
        Assert.That(() => JudgedTexts.Build(all, Template, 8), Throws.ArgumentException.With.Message.Contains("judgement 2"));
        var judged = JudgedTexts.Build(all, Template, 8, Overlong.LeaveOut);
        Assert.Multiple(() =>
        {
            Assert.That(judged.Pairs, Has.Count.EqualTo(1));
            Assert.That((judged.Ties.Single(), judged.LeftOut.Single()), Is.EqualTo((1, 2)));
            Assert.That(Letters.Decode([.. judged.RewardPairs[0].Chosen]), Is.EqualTo("<|user|>ab<|assistant|>dd<|endoftext|>"));
            Assert.That(judged.Pairs[0].Chosen.LearnedCount, Is.EqualTo(3));
            Assert.That(judged.Pairs[0].Rejected.LearnedCount, Is.EqualTo(2));
            Assert.That(judged.ToString(), Does.Contain("1 ties"));
        });
        var plain = JudgedTexts.Build(all[..1], (prompt, text) => MaskedSequence.Of(Letters.Encode(prompt), Letters.Encode(text)), 8);
        Assert.That(Letters.Decode([.. plain.Pairs[0].Chosen.Tokens]), Is.EqualTo("abdd"));
    }

    [Test]
    public void Sides_are_left_to_chance_and_undo_takes_back()
    {
        var path = At("session.jsonl");
        var session = new LabellingSession(Pairs(200), path, "ada");
        var swapped = 0;
        while (session.Current is { } pair)
        {
            swapped += pair.First.EndsWith('}') ? 1 : 0;
            session.Skip();
        }

        Assert.That(swapped, Is.EqualTo(100).Within(5 * Math.Sqrt(50)));
        Assert.That(File.Exists(path), Is.False, "nothing was judged");

        session = new LabellingSession(Pairs(3), path, "ada");
        var one = session.Current;
        session.Judge(Choice.Second);
        session.Judge(Choice.Tie);
        Assert.That(session.Undo(), Is.True);
        Assert.That(session.Undo(), Is.True);
        Assert.That(session.Undo(), Is.False);
        Assert.That(session.Current, Is.EqualTo(one));
        Assert.That(PreferenceFile.Read(path), Is.Empty);
        session.Judge(Choice.First);
        Assert.That(PreferenceFile.Read(path).Single().Chosen, Is.EqualTo(one!.First));
    }

    [Test]
    public void A_simulated_annotator_errs_as_often_as_said_and_is_true_to_itself()
    {
        const int Count = 4000;
        static double Taste(string prompt, string text) => text.Length;
        var pairs = Enumerable.Range(0, Count).Select(i => new TextPair($"{i}", "short", "longer")).ToList();
        var exact = new SimulatedAnnotator("exact", Taste);
        var noisy = new SimulatedAnnotator("noisy", Taste, flipRate: 0.1);
        var soft = new SimulatedAnnotator("soft", Taste, temperature: 2);
        int Wrong(SimulatedAnnotator annotator) => pairs.Count(pair => annotator.Judge(pair).Choice == Choice.First);
        var p = 1 / (1 + Math.Exp(0.5)); // utilities 5 and 6 at temperature 2
        Assert.Multiple(() =>
        {
            Assert.That(Wrong(exact), Is.Zero);
            Assert.That(Wrong(noisy), Is.EqualTo(0.1 * Count).Within(5 * Math.Sqrt(0.09 * Count)));
            Assert.That(Wrong(soft), Is.EqualTo(p * Count).Within(5 * Math.Sqrt(p * (1 - p) * Count)));
            Assert.That(noisy.Judge(pairs[7]), Is.EqualTo(noisy.Judge(pairs[7])));
            Assert.That(exact.Judge(new TextPair("", "abc", "xyz")).Choice, Is.EqualTo(Choice.Tie));
            Assert.That(new SimulatedAnnotator("fair", Taste, tieMargin: 1.5).Judge(pairs[0]).Choice, Is.EqualTo(Choice.Tie));
            Assert.That(() => new SimulatedAnnotator("a", Taste, flipRate: 0.6), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SimulatedAnnotator("a", Taste, temperature: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SimulatedAnnotator(" ", Taste), Throws.ArgumentException);
        });
        // Two who err independently in a tenth of the cases agree in 0.82 of them.
        var other = new SimulatedAnnotator("other", Taste, flipRate: 0.1);
        var agree = pairs.Count(pair => other.Judge(pair).Choice == noisy.Judge(pair).Choice);
        Assert.That(agree, Is.EqualTo(0.82 * Count).Within(5 * Math.Sqrt(0.82 * 0.18 * Count)));
    }

    [Test]
    public void Agreement_beyond_chance()
    {
        // 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: p_o = 0.7, p_e = 0.5, κ = 0.4.
        int[] first = [.. Enumerable.Repeat(1, 25), .. Enumerable.Repeat(0, 25)];
        int[] second = [.. Enumerable.Repeat(1, 20), .. Enumerable.Repeat(0, 5), .. Enumerable.Repeat(1, 10), .. Enumerable.Repeat(0, 15)];
        // Fleiss (1971) with three annotators: items AAA, AAB, BBB, ABB: p_o = 2/3, p_e = 1/2, κ = 1/3.
        int[][] three = [[0, 0, 0], [0, 0, 1], [1, 1, 1], [0, 1, 1]];
        Assert.Multiple(() =>
        {
            Assert.That(Agreement.Observed(first, second), Is.EqualTo(0.7));
            Assert.That(Agreement.CohenKappa(first, second), Is.EqualTo(0.4).Within(1e-12));
            Assert.That(Agreement.CohenKappa(first, first), Is.EqualTo(1));
            Assert.That(Agreement.CohenKappa([1, 1], [1, 1]), Is.NaN);
            Assert.That(Agreement.FleissKappa(three), Is.EqualTo(1.0 / 3).Within(1e-12));
            // The same by α: D_o = 4/12 / … by hand: o_AB = o_BA = 2, n = 12, n_A = n_B = 6: 1 − 11 · 4 / (2 · 36) = 1 − 44/72.
            Assert.That(Agreement.KrippendorffAlpha(three), Is.EqualTo(1 - (44.0 / 72)).Within(1e-12));
            Assert.That(Agreement.KrippendorffAlpha([[1], [], .. three]), Is.EqualTo(1 - (44.0 / 72)).Within(1e-12), "single labels say nothing");
            Assert.That(Agreement.KrippendorffAlpha([[1]]), Is.NaN);
            Assert.That(() => Agreement.CohenKappa([1], [1, 0]), Throws.ArgumentException);
            Assert.That(() => Agreement.FleissKappa([[1, 0], [1]]), Throws.ArgumentException);
        });
    }

    [Test]
    public void Judgements_in_common_are_compared_whichever_way_the_texts_stood()
    {
        Preference[] all =
        [
            new(new TextPair("p", "x", "y"), Choice.First, "ada", Noon), new(new TextPair("p", "y", "x"), Choice.Second, "bob", Noon),
            new(new TextPair("q", "x", "y"), Choice.Second, "ada", Noon), new(new TextPair("q", "x", "y"), Choice.Tie, "bob", Noon),
            new(new TextPair("r", "x", "y"), Choice.Second, "ada", Noon),
        ];
        var (first, second) = Agreement.InCommon(all, "ada", "bob");
        Assert.That(first, Is.EqualTo(new[] { (int)Choice.First, (int)Choice.Second }));
        Assert.That(second, Is.EqualTo(new[] { (int)Choice.First, (int)Choice.Tie }));
        Assert.That(Agreement.InCommon(all, "ada", "eve").First, Is.Empty);
    }

    [Test]
    public void Bradley_terry_finds_the_strengths_that_made_the_results()
    {
        double[] truth = [1.5, 0.5, 0, -0.5, -1.5];
        const int Games = 2000;
        var random = new Random(3);
        var results = new List<(int, int, Choice)>();
        for (var i = 0; i < 5; i++)
        {
            for (var j = i + 1; j < 5; j++)
            {
                for (var g = 0; g < Games; g++)
                {
                    results.Add((i, j, random.NextDouble() < 1 / (1 + Math.Exp(truth[j] - truth[i])) ? Choice.First : Choice.Second));
                }
            }
        }

        var fit = BradleyTerry.Fit(BradleyTerry.CountWins(results, 5), prior: 0);
        for (var i = 0; i < 5; i++)
        {
            Assert.That(fit.Strengths[i], Is.EqualTo(truth[i]).Within(6 * fit.StandardErrors[i]));
        }

        Assert.That(fit.Strengths.Sum(), Is.Zero.Within(1e-9));
        // At the maximum of the likelihood the expected number of wins is the observed one.
        var wins = BradleyTerry.CountWins(results, 5);
        for (var i = 0; i < 5; i++)
        {
            var won = Enumerable.Range(0, 5).Sum(j => wins[i, j]);
            var expected = Enumerable.Range(0, 5).Where(j => j != i).Sum(j => Games * fit.WinProbability(i, j));
            Assert.That(expected, Is.EqualTo(won).Within(1e-4));
        }

        // Elo, in random order, comes near the same differences: 400/ln 10 points a unit.
        var elo = new Elo(5, step: 4);
        foreach (var (first, second, choice) in results.OrderBy(_ => random.Next()))
        {
            elo.Update(first, second, choice);
        }

        Assert.That(elo.WinProbability(0, 4), Is.EqualTo(fit.WinProbability(0, 4)).Within(0.05));
        Assert.That(elo.Ratings.Sum(), Is.EqualTo(5000).Within(1e-6), "what one wins the other loses");
    }

    [Test]
    public void Ties_are_half_wins_and_an_unbeaten_one_needs_a_prior()
    {
        var even = BradleyTerry.Fit(BradleyTerry.CountWins([(0, 1, Choice.Tie), (0, 1, Choice.Tie)], 2), prior: 0);
        Assert.That(even.WinProbability(0, 1), Is.EqualTo(0.5).Within(1e-9));
        var unbeaten = BradleyTerry.CountWins([(0, 1, Choice.First), (0, 1, Choice.First)], 2);
        Assert.That(() => BradleyTerry.Fit(unbeaten, prior: 0), Throws.ArgumentException.With.Message.Contains("prior"));
        Assert.That(BradleyTerry.Fit(unbeaten).WinProbability(0, 1), Is.InRange(0.6, 0.999));
        Assert.That(() => BradleyTerry.Fit(new double[2, 3]), Throws.ArgumentException);
        Assert.That(() => BradleyTerry.Fit(new double[,] { { 0, -1 }, { 1, 0 } }), Throws.ArgumentException);
        var elo = new Elo(2);
        elo.Update(0, 1, Choice.First);
        Assert.That(elo.Ratings, Is.EqualTo(new[] { 1008.0, 992 }));
        elo.Update(0, 1, Choice.Tie);
        Assert.That(elo.Ratings[0], Is.LessThan(1008), "a tie with a weaker one costs");
    }
}
