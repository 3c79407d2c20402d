using System.Text.RegularExpressions;
using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

[TestFixture]
public class RecallTests
{
    private static int Occurrences(string text, string word) => Regex.Count(text, $@"\b{Regex.Escape(word)}\b");

    [Test]
    public void Exactly_one_answer_is_right_and_stands_where_it_should(
        [Values(1, 2, 3, 7, 20, 64)] int distance, [Values(0, 1, 2, 4)] int distractors)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var recall = TinyTales.Recall(distance, seed, distractors);
            Assert.That(recall.Prompt.Substring(recall.AnswerStart, recall.Answer.Length), Is.EqualTo(recall.Answer));
            Assert.That(Occurrences(recall.Prompt, recall.Answer), Is.EqualTo(1), recall.Prompt);
            Assert.That(recall.Choices, Does.Contain(recall.Answer));

            // As many answers of this kind are stated as there are facts; for names, those of the owners come on top.
            var stated = recall.Choices.Sum(c => Occurrences(recall.Prompt, c));
            var isName = char.IsUpper(recall.Answer[0]);
            Assert.That(stated, Is.EqualTo(isName ? (2 * (distractors + 1)) + 1 : distractors + 1), recall.Prompt);

            // The number of sentence ends between the fact and the question is the distance.
            var between = recall.Prompt[recall.AnswerStart..recall.QuestionStart];
            Assert.That(between.Count(c => c == '.'), Is.EqualTo(distance), recall.Prompt);
            Assert.That(recall.Distance, Is.EqualTo(distance));
            Assert.That(recall.Text, Is.EqualTo($"{recall.Prompt} {recall.Answer}."));
            Assert.That(recall.Text[^(recall.CharacterDistance + recall.Answer.Length + 1)..], Does.StartWith(recall.Answer));
        }
    }

    [Test]
    public void The_asked_fact_can_be_found_by_its_name()
    {
        // Whoever is asked about is named in exactly one statement: the one with the answer.
        for (var seed = 0; seed < 500; seed++)
        {
            var recall = TinyTales.Recall(12, seed, distractors: 3);
            var sentences = recall.Prompt.Split(". ");
            var owners = TinyTalesNames(sentences[^1]);
            Assert.That(owners, Has.Count.EqualTo(1), sentences[^1]);
            var statement = sentences[..^1].Single(s => Occurrences(s, owners[0]) > 0);
            Assert.That(Occurrences(statement, recall.Answer), Is.EqualTo(1));
        }

        static List<string> TinyTalesNames(string sentence) =>
            [.. Regex.Matches(sentence, @"\b[A-Z][a-z]+\b").Select(m => m.Value).Where(w => w is not ("The" or "Later" or "At"))];
    }

    [Test]
    public void Neither_the_first_nor_the_latest_fact_is_always_right()
    {
        int asFirst = 0, asLast = 0;
        for (var seed = 0; seed < 1000; seed++)
        {
            var recall = TinyTales.Recall(10, seed, distractors: 1);
            var others = recall.Choices.Where(c => c != recall.Answer).SelectMany(c => Regex.Matches(recall.Prompt[..recall.QuestionStart], $@"\b{c}\b")).ToList();
            asFirst += others.All(o => o.Index > recall.AnswerStart) ? 1 : 0;
            asLast += others.All(o => o.Index < recall.AnswerStart) ? 1 : 0;
        }

        Assert.That(asFirst, Is.GreaterThan(250));
        Assert.That(asLast, Is.GreaterThan(250));
    }

    [Test]
    public void Answers_are_spread_evenly_over_the_choices()
    {
        // Colours: 12 equally likely. Chi-squared with 11 degrees of freedom exceeds 31.3 with probability 0.001.
        var colours = Enumerable.Range(0, 12_000).Select(seed => TinyTales.Recall(3, seed)).Where(r => r.Choices.Contains("golden")).ToList();
        var expected = colours.Count / 12.0;
        Assert.That(colours.CountBy(r => r.Answer).Sum(c => (c.Value - expected) * (c.Value - expected) / expected), Is.LessThan(31.3));
    }

    [Test]
    public void A_question_depends_only_on_its_arguments()
    {
        Assert.That(TinyTales.Recall(5, 1), Is.EqualTo(TinyTales.Recall(5, 1)));
        Assert.That(TinyTales.Recall(5, 2).Prompt, Is.Not.EqualTo(TinyTales.Recall(5, 1).Prompt));
        Assert.That(Enumerable.Range(0, 1000).Select(s => TinyTales.Recall(5, s).Prompt).Distinct().Count(), Is.EqualTo(1000));
    }

    [Test]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.That(() => TinyTales.Recall(0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => TinyTales.Recall(10_001, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => TinyTales.Recall(5, 1, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => TinyTales.Recall(5, 1, 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
