using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

/// <summary>The documentation package itself, which is the same on every machine.</summary>
[TestFixture]
public class DotnetDocumentationTests
{
    private static readonly Lazy<DotnetDocumentation> Loaded = new(() => DotnetDocumentation.Load());

    private static DotnetDocumentation All => Loaded.Value;

    [Test]
    public void The_whole_package_is_read()
    {
        // 58,325 summaries have text of their own; one more consists of a reference alone.
        Assert.That(All, Has.Count.EqualTo(58_326));
        Assert.That(All.Select(m => m.Id).Distinct().Count(), Is.EqualTo(All.Count));
        Assert.That(All.Sum(m => (long)m.Summary.Length), Is.GreaterThan(4_700_000));
        Assert.That(All.Provenance, Does.Contain("Microsoft.NETCore.App.Ref 10.").And.Contain("MIT"));
    }

    [Test]
    public void No_sentence_has_a_hole()
    {
        // What a dropped reference leaves behind: two blanks, or a blank before the full stop.
        Assert.That(All.Where(m => m.Summary.Contains("  ", StringComparison.Ordinal) || m.Summary.EndsWith(" .", StringComparison.Ordinal)), Is.Empty);
        var cast = All.Single(m => m.Id == "M:System.Boolean.System#IConvertible#ToDateTime(System.IFormatProvider)");
        Assert.That(cast.Summary, Does.Contain("throws InvalidCastException").Or.Contain("not supported"));
        Assert.That(All.Count(m => m.Returns == "This conversion is not supported. No value is returned."), Is.GreaterThan(0));
    }

    [TestCase("M:System.Collections.Generic.List`1.Add(`0)", "List<T>.Add(T)", "Adds an object to the end of the List<T>.")]
    [TestCase("P:System.Collections.Generic.Dictionary`2.Count", "Dictionary<TKey, TValue>.Count",
        "Gets the number of key/value pairs contained in the Dictionary<TKey, TValue>.")]
    [TestCase("T:System.String", "String", "Represents text as a sequence of UTF-16 code units.")]
    [TestCase("M:System.IO.File.ReadAllText(System.String)", "File.ReadAllText(string)",
        "Opens a text file, reads all the text in the file, and then closes the file.")]
    public void Well_known_members_read_well(string id, string signature, string summary)
    {
        var member = All.Single(m => m.Id == id);
        Assert.That((member.Signature, member.Summary), Is.EqualTo((signature, summary)));
    }

    [Test]
    public void Every_name_is_free_of_the_notation_of_ids()
    {
        Assert.That(All.Where(m => m.Signature.AsSpan().IndexOfAny("`#{}@") >= 0).Select(m => m.Id), Is.Empty);
        Assert.That(All.Where(m => m.Name.Length == 0), Is.Empty);
    }

    [Test]
    public void Prose_repeats_nothing()
    {
        var prose = All.Prose();
        Assert.That(prose.Select(m => m.Summary).Distinct().Count(), Is.EqualTo(prose.Count));
        Assert.That(prose.Any(m => m.Namespace.StartsWith("System.Runtime.Intrinsics", StringComparison.Ordinal)), Is.False);
        Assert.That(prose.Count, Is.InRange(35_000, 40_000));
    }

    [Test]
    public void Train_and_validation_share_no_member_no_type_and_no_summary()
    {
        var (train, validation) = All.Split(0.1, seed: 4);
        Assert.That(train.Select(m => m.Id).Intersect(validation.Select(m => m.Id)), Is.Empty);
        Assert.That(train.Select(m => m.TypeId).Intersect(validation.Select(m => m.TypeId)), Is.Empty);
        Assert.That(train.Select(m => m.Summary).Intersect(validation.Select(m => m.Summary)), Is.Empty);

        // Each of n types goes to validation with probability 0.1: within 5 standard deviations.
        var types = All.Select(m => m.TypeId).Distinct().ToList();
        var inValidation = types.Except(train.Select(m => m.TypeId)).Count();
        Assert.That(inValidation, Is.EqualTo(0.1 * types.Count).Within(5 * Math.Sqrt(0.09 * types.Count)));
        Assert.That(validation.Count, Is.GreaterThan(All.Count / 30));
    }

    [Test]
    public void A_sample_respects_its_limit_and_uses_it()
    {
        var sample = All.Prose().Sample(300_000, seed: 1);
        Assert.That(sample.Text(), Has.Length.InRange(290_000, 300_000));
        Assert.That(All.Prose().Sample(300_000, seed: 2).Text(), Is.Not.EqualTo(sample.Text()));
        Assert.That(All.Prose().Sample(300_000, seed: 1).Text(), Is.EqualTo(sample.Text()));
    }

    [Test]
    public void A_sample_takes_no_sides([Values(0, 1, 2)] long seed)
    {
        // Were the types of a sample those that go to validation, there would be nothing to train on. 300 types or more: within 6 deviations.
        var types = All.Prose().Sample(600_000, seed).Select(m => m.TypeId).Distinct().ToList();
        var inValidation = types.Count(type => TextSplits.IsValidation(type, 0.1, seed));
        Assert.That(types, Has.Count.GreaterThan(100));
        Assert.That(inValidation, Is.EqualTo(0.1 * types.Count).Within(6 * Math.Sqrt(0.09 * types.Count)));
    }

    [Test]
    public void A_corpus_can_be_made_in_one_call()
    {
        var corpus = All.ToCorpus(maxCharacters: 200_000);
        Assert.That(corpus.Train.Length + corpus.Validation.Length, Is.InRange(150_000, 200_000));
        Assert.That(corpus.Validation, Has.Length.InRange(2_000, 60_000));
        Assert.That(() => All.ToCorpus(maxCharacters: 50), Throws.ArgumentException);
        Assert.That(() => All.ToCorpus(maxCharacters: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Every_question_has_one_answer()
    {
        var prose = All.Prose();
        var questions = prose.QuestionAnswers();
        Assert.That(questions.Select(q => q.Question).Distinct().Count(), Is.EqualTo(questions.Count));
        Assert.That(questions.Count, Is.GreaterThan(0.99 * prose.Count));
        Assert.That(questions.All(q => q.Answer.Length > 0 && q.Question[^1] is '?' or '.'));
        Assert.That(questions.Any(q => q.Question.Contains('{') || q.Question.Contains('}')), Is.False, "every place holder is filled");
        var add = prose.QuestionAnswers(wordings: 5).Where(q => q.Source == "M:System.Collections.Generic.List`1.Add(`0)").ToList();
        Assert.That(add.Select(q => q.Question), Does.Contain("What does List<T>.Add do?"));
        Assert.That(add.Select(q => q.Question).Distinct().Count(), Is.EqualTo(5));
        Assert.That(add.Select(q => q.Answer), Is.All.EqualTo("Adds an object to the end of the List<T>."));
    }

    [Test]
    public void Overloads_are_asked_about_by_their_signatures()
    {
        var substring = All.Where(m => m.Name == "String.Substring").QuestionAnswers();
        Assert.That(substring, Has.Count.EqualTo(2));
        Assert.That(substring.Single(q => q.Source.EndsWith("(System.Int32)", StringComparison.Ordinal)).Question, Does.Contain("String.Substring(int)"));
    }

    [Test]
    public void Returns_and_parameters_can_be_asked_about()
    {
        var questions = All.Where(m => m.Id == "M:System.String.Substring(System.Int32)").QuestionAnswers(returnsAndParameters: true);
        Assert.That(questions, Has.Count.EqualTo(3));
        Assert.That(questions[2].Question, Does.Contain("startIndex"));
        Assert.That(() => All.QuestionAnswers(wordings: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Progress_ends_at_one_and_cancelling_stops()
    {
        var shares = new List<double>();
        var folder = Path.Combine(AppContext.BaseDirectory, "docs-one");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "a.xml"), "<doc><members><member name=\"T:A.B\"><summary>B.</summary></member></members></doc>");
        DotnetDocumentation.LoadFolder(folder, progress: new Collect(shares));
        Assert.That(shares, Is.Ordered);
        Assert.That(shares[^1], Is.EqualTo(1));
        Assert.That(() => DotnetDocumentation.LoadFolder(folder, cancellation: new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class Collect(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }
}
