using Course.Training;
using NUnit.Framework;

namespace Course.Tests.Training;

[TestFixture]
public class TrainingHistoryTests
{
    private static TrainingHistory Losses(params double[] losses)
    {
        var history = new TrainingHistory();
        for (var i = 0; i < losses.Length; i++)
        {
            history.Add(new TrainingStep(i + 1, losses[i], 0.1, 1, 1));
        }

        return history;
    }

    [Test]
    public void Smoothing_takes_the_mean_of_the_neighbours()
    {
        var history = Losses(1, 2, 6, 2, 4);
        Assert.That(history.SmoothedLosses(3), Is.EqualTo(new[] { 1.5, 3, 10 / 3.0, 4, 3 }).Within(1e-12));
        Assert.That(history.SmoothedLosses(1), Is.EqualTo(history.Losses));
        Assert.That(history.SmoothedLosses(100), Is.All.EqualTo(3).Within(1e-12));
        Assert.That(history.SmoothedLosses(2)[1], Is.EqualTo(1.5));
    }

    [Test]
    public void The_recent_loss_is_the_mean_of_the_last()
    {
        Assert.That(Losses(9, 1, 3).RecentLoss(2), Is.EqualTo(2));
        Assert.That(Losses(9, 1, 2).RecentLoss(), Is.EqualTo(4));
        Assert.That(() => Losses().RecentLoss(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_second_evaluation_after_the_same_update_replaces_the_first()
    {
        var history = Losses(1, 2);
        history.Add(new EvaluationPoint(2, new Evaluation(1.5)));
        history.Add(new EvaluationPoint(2, new Evaluation(1.25, 0.5)));
        Assert.That(history.ValidationLosses, Is.EqualTo(new[] { 1.25 }));
        Assert.That(history.EvaluationSteps, Is.EqualTo(new[] { 2.0 }));
        Assert.That(history.FinalEvaluation, Is.EqualTo(new Evaluation(1.25, 0.5)));
    }
}
