using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

[TestFixture]
public class SealedTableTests
{
    [Test]
    public void The_envelope_holds_the_test_part_of_the_split()
    {
        var digits = Tables.OptDigits();
        var (train, test) = digits.Split(0.2, seed: 3);
        var (known, envelope) = SealedTable.CutFrom(digits, 0.2, seed: 3);

        Assert.That(known.Features, Is.EqualTo(train.Features));
        Assert.That(known.Labels, Is.EqualTo(train.Labels));
        Assert.That(envelope.Count, Is.EqualTo(test.Count));
        Assert.That(envelope.IsSealed);
        var opened = envelope.Open();
        Assert.That(opened.Features, Is.EqualTo(test.Features));
        Assert.That(opened.Labels, Is.EqualTo(test.Labels));
    }

    [Test]
    public void It_opens_once()
    {
        var (_, envelope) = SealedTable.CutFrom(Tables.Iris(), 0.5);
        envelope.Open();

        Assert.That(envelope.IsSealed, Is.False);
        Assert.That(envelope.Open, Throws.InvalidOperationException.With.Message.Contains("opened before"));
        Assert.That(envelope.Count, Is.EqualTo(75));
    }

    [Test]
    public void Only_one_of_many_threads_gets_it()
    {
        var (_, envelope) = SealedTable.CutFrom(Tables.Iris());
        var opened = 0;
        Parallel.For(0, 64, _ =>
        {
            try
            {
                envelope.Open();
                Interlocked.Increment(ref opened);
            }
            catch (InvalidOperationException)
            {
                // Somebody else was faster.
            }
        });
        Assert.That(opened, Is.EqualTo(1));
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => SealedTable.CutFrom(null!), Throws.ArgumentNullException);
        Assert.That(() => SealedTable.CutFrom(Tables.Iris(), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => SealedTable.CutFrom(Tables.Iris(), double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
