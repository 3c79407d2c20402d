using Course.Classic;
using NUnit.Framework;

namespace Course.Tests.Classic;

[TestFixture]
public class ReinforcementTests
{
    private static readonly Dictionary<char, CellRule> Rules = new() { ['G'] = new(1, Ends: true), ['X'] = new(-1, Ends: true), ['c'] = new(0.5) };

    [Test]
    public void An_arm_pays_as_often_as_its_chance()
    {
        // 10,000 pulls at 0.3: the standard deviation of the mean is 0.0046, so 0.025 is more than five of them.
        var bandit = new Bandit([0, 0.3, 1], seed: 1);
        Assert.That(Enumerable.Range(0, 10_000).Average(_ => bandit.Pull(1)), Is.EqualTo(0.3).Within(0.025));
        Assert.That(Enumerable.Range(0, 100).Sum(_ => bandit.Pull(0)), Is.Zero);
        Assert.That(Enumerable.Range(0, 100).Sum(_ => bandit.Pull(2)), Is.EqualTo(100));
        Assert.That(bandit.Best, Is.EqualTo(2));
    }

    [Test]
    public void The_running_mean_is_the_mean()
    {
        var player = new EpsilonGreedy(2, 0);
        double[] rewards = [1, 0, 0, 1, 1];
        foreach (var reward in rewards)
        {
            player.Learn(1, reward);
        }

        Assert.That(player.Values[1], Is.EqualTo(rewards.Average()).Within(1e-12));
        Assert.That(player.Pulls, Is.EqualTo(new[] { 0, 5 }));
        Assert.That(player.Choose(), Is.EqualTo(1));
    }

    [Test]
    public void Greedy_can_stay_with_the_worse_arm_and_the_others_cannot()
    {
        var chosen = new Bandit([0.4, 0.9], seed: 3).Play(new EpsilonGreedy(2, 0), 1000);
        Assert.That(chosen, Is.All.Zero, "arm 0 paid once, arm 1 was never tried");
        BanditPlayer[] players = [new EpsilonGreedy(2, 0.1, seed: 2), new UpperConfidenceBound(2)];
        foreach (var player in players)
        {
            var tried = new Bandit([0.4, 0.9], seed: 3).Play(player, 1000);
            Assert.That(tried.Count(arm => arm == 1), Is.GreaterThan(800), player.GetType().Name);
        }
    }

    [Test]
    public void An_upper_bound_tries_every_arm_first_and_then_the_promising_or_uncertain_one()
    {
        var player = new UpperConfidenceBound(3);
        for (var arm = 0; arm < 3; arm++)
        {
            Assert.That(player.Choose(), Is.EqualTo(arm));
            player.Learn(arm, arm == 1 ? 1 : 0);
        }

        Assert.That(player.Choose(), Is.EqualTo(1));
        for (var i = 0; i < 500; i++)
        {
            player.Learn(1, 0.1);
        }

        Assert.That(player.Choose(), Is.Zero, "arm 0 was tried once in 503 pulls: √(2 ln 503) is more than 0.1");
    }

    [Test]
    public void Moves_walls_and_rewards()
    {
        var world = new GridWorld("S c G\n# . X", Rules, stepReward: -0.1);
        Assert.That((world.Rows, world.Columns, world.Start), Is.EqualTo((2, 3, 0)));
        Assert.That(world.Outcomes(0, (int)Move.Right), Is.EqualTo(new[] { new Outcome(1, 1, 0.4, false) }));
        Assert.That(world.Outcomes(0, (int)Move.Down)[0], Is.EqualTo(new Outcome(1, 0, -0.1, false)), "a wall");
        Assert.That(world.Outcomes(1, (int)Move.Up)[0], Is.EqualTo(new Outcome(1, 1, -0.1, false)), "pushed back, the cell pays nothing");
        Assert.That(world.Outcomes(1, (int)Move.Right)[0].Ends);
        Assert.That(world.Outcomes(4, (int)Move.Right)[0].Reward, Is.EqualTo(-1.1).Within(1e-12));
        Assert.That(Enumerable.Range(0, 6).Where(world.IsOpen), Is.EqualTo(new[] { 0, 1, 4 }));
    }

    [Test]
    public void Slipping_goes_sideways()
    {
        var world = new GridWorld("...\n.S.\n...", Rules, slip: 0.2);
        var outcomes = world.Outcomes(4, (int)Move.Up);
        Assert.That(outcomes.Select(o => o.Next), Is.EqualTo(new[] { 1, 5, 3 }));
        Assert.That(outcomes.Select(o => o.Probability), Is.EqualTo(new[] { 0.8, 0.1, 0.1 }).Within(1e-12));
        Assert.That(world.Step(4, 0, 0.79).Next, Is.EqualTo(1));
        Assert.That(world.Step(4, 0, 0.81).Next, Is.EqualTo(5));
        Assert.That(world.Step(4, 0, 0.9999).Next, Is.EqualTo(3));
    }

    [Test]
    public void Returns_by_hand()
    {
        Assert.That(Episode.Returns([1, 0, 2], 0.5), Is.EqualTo(new[] { 1.5, 1, 2 }));
        Assert.That(Episode.Returns([1, 1, 1], 1), Is.EqualTo(new[] { 3.0, 2, 1 }));
        Assert.That(Episode.Returns([], 0.9), Is.Empty);
        Assert.That(() => Episode.Returns([1], 1.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Value_iteration_of_a_corridor_by_hand()
    {
        var q = ValueIteration.Solve(new GridWorld("S . . G", Rules), 0.9);
        Assert.That(q[2, (int)Move.Right], Is.EqualTo(1).Within(1e-9));
        Assert.That(q[1, (int)Move.Right], Is.EqualTo(0.9).Within(1e-9));
        Assert.That(q[0, (int)Move.Right], Is.EqualTo(0.81).Within(1e-9));
        Assert.That(q[1, (int)Move.Left], Is.EqualTo(0.9 * 0.81).Within(1e-9));
        Assert.That(q.Value(0), Is.EqualTo(0.81).Within(1e-9));
        Assert.That(q.Advantage(1, (int)Move.Left), Is.EqualTo((0.9 * 0.81) - 0.9).Within(1e-9));
        Assert.That(q.Advantage(1, (int)Move.Right), Is.Zero);
    }

    [Test]
    public void One_update_of_Q_learning_by_hand()
    {
        var learner = new QLearning(2, 2, discount: 0.9, learningRate: 0.5);
        learner.Values[1, 0] = 2;
        var surprise = learner.Learn(new Transition(0, 1, 1, 1, Ends: false));
        Assert.That(surprise, Is.EqualTo(1 + (0.9 * 2)).Within(1e-12));
        Assert.That(learner.Values[0, 1], Is.EqualTo(1.4).Within(1e-12));
        learner.Learn(new Transition(1, 0, 0, 0, Ends: true));
        Assert.That(learner.Values[1, 0], Is.EqualTo(1).Within(1e-12), "after the end nothing follows");
    }

    [Test]
    public void Q_learning_arrives_at_the_computed_values()
    {
        var world = new GridWorld("S . c .\n. # . X\n. . . G", Rules, stepReward: -0.04);
        var right = ValueIteration.Solve(world, 0.8);

        // ε = 1: a walk at random tries everything; what it learns is the value of the best policy all the same.
        var learner = new QLearning(world.States, world.Actions, 0.8, learningRate: 1, epsilon: 1, seed: 1);
        for (var episode = 0; episode < 500; episode++)
        {
            learner.Practise(world, seed: episode);
        }

        for (var state = 0; state < world.States; state++)
        {
            for (var action = 0; action < 4 && world.IsOpen(state); action++)
            {
                Assert.That(learner.Values[state, action], Is.EqualTo(right[state, action]).Within(1e-6), $"{state}, {(Move)action}");
            }
        }
    }

    [Test]
    public void The_policy_gradient_is_the_measured_slope_of_the_logarithm()
    {
        var policy = new PolicyGradient(1, 3, learningRate: 1, baseline: false);
        policy.Learn([new Transition(0, 0, 0.7, 0, true)]);
        policy.Learn([new Transition(0, 2, -0.4, 0, true)]);
        var p = policy.Probabilities(0);
        double[] logits = [.. p.Select(x => Math.Log(x))];
        for (var a = 0; a < 3; a++)
        {
            const double H = 1e-6;
            double Log(double by) => Math.Log(LogisticRegression.Softmax([.. logits.Select((x, i) => i == a ? x + by : x)])[1]);
            Assert.That(policy.LogGradient(0, 1)[a], Is.EqualTo((Log(H) - Log(-H)) / (2 * H)).Within(1e-8));
        }

        Assert.That(policy.LogGradient(0, 1).Sum(), Is.Zero.Within(1e-12));
    }

    [Test]
    public void One_update_of_the_policy_by_hand()
    {
        var policy = new PolicyGradient(1, 2, learningRate: 0.5, baseline: true);
        policy.Learn([new Transition(0, 1, 2, 0, true)]);

        // Before: chances ½, ½, value 0. So the logits move by 0.5 · 2 · (−½, ½), and the value becomes 2.
        Assert.That(policy.Probabilities(0)[1], Is.EqualTo(1 / (1 + Math.Exp(-1))).Within(1e-12));
        Assert.That(policy.Value(0), Is.EqualTo(2));
        policy.Learn([new Transition(0, 1, 2, 0, true)]);
        Assert.That(policy.Probabilities(0)[1], Is.EqualTo(1 / (1 + Math.Exp(-1))).Within(1e-12), "as good as expected: nothing to learn");
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_policy_learns_the_way(bool baseline)
    {
        var world = new GridWorld("S . .\n. . .\n. . G", Rules, stepReward: -0.05);
        var policy = new PolicyGradient(world.States, world.Actions, 0.2, baseline, seed: 5);
        for (var episode = 0; episode < 600; episode++)
        {
            policy.Learn(Episode.Walk(world, policy.Sample, 100, episode), 0.95);
        }

        var lengths = Enumerable.Range(0, 50).Average(i => Episode.Walk(world, policy.Sample, 100, i).Count);
        Assert.That(lengths, Is.LessThan(6), "the shortest way has four steps");
    }

    [Test]
    public void The_same_seed_walks_the_same_way()
    {
        var world = new GridWorld("S . .\n. . .\n. . G", Rules, slip: 0.3);
        IReadOnlyList<Transition> Walk(long seed) => new QLearning(9, 4, seed: seed).Practise(world, seed: seed);
        Assert.That(Walk(7), Is.EqualTo(Walk(7)));
        Assert.That(Walk(7), Is.Not.EqualTo(Walk(8)));
        Assert.That(Episode.Walk(new GridWorld("S .", Rules), _ => 0, maxSteps: 9), Has.Count.EqualTo(9));
    }

    [Test]
    public void Bad_input_is_refused()
    {
        Assert.That(() => new Bandit([]), Throws.ArgumentException);
        Assert.That(() => new Bandit([1.1]), Throws.ArgumentException);
        Assert.That(() => new Bandit([0.5]).Pull(1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Bandit([0.5]).Play(new UpperConfidenceBound(2), 1), Throws.ArgumentException);
        Assert.That(() => new EpsilonGreedy(2, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new GridWorld("...", Rules), Throws.ArgumentException.With.Message.Contains("no start"));
        Assert.That(() => new GridWorld("SS", Rules), Throws.ArgumentException.With.Message.Contains("two"));
        Assert.That(() => new GridWorld("S.\n.", Rules), Throws.ArgumentException.With.Message.Contains("equal length"));
        Assert.That(() => new GridWorld("S?", Rules), Throws.ArgumentException.With.Message.Contains("'?'"));
        Assert.That(() => new GridWorld("", Rules), Throws.ArgumentException);
        Assert.That(() => new GridWorld("S", Rules, slip: 2), Throws.ArgumentException);
        Assert.That(() => new GridWorld("S G", Rules).Outcomes(1, 0), Throws.ArgumentException.With.Message.Contains("wall or the end"));
        Assert.That(() => new GridWorld("S G", Rules).Outcomes(0, 4), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ValueIteration.Solve(new GridWorld("S", Rules), 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new QLearning(1, 1, learningRate: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new QLearning(1, 1).Practise(new GridWorld("S", Rules)), Throws.ArgumentException);
        Assert.That(() => new PolicyGradient(1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
