using Course.Classic;
using Course.Data;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Classic;

[TestFixture]
public class ClusteringTests
{
    private static readonly double[][] TwoHeaps = [[0, 0], [0, 1], [1, 0], [10, 10], [10, 11], [11, 10]];

    private static Arbitrary<double[][]> Clouds =>
        (from count in Gen.Choose(3, 30)
         from points in Gen.Choose(-100, 100).Select(i => i / 10.0).ArrayOf(2).ArrayOf(count)
         select points).ToArbitrary();

    [Test]
    public void One_step_by_hand()
    {
        var start = KMeans.Start(TwoHeaps, [[0, 0], [0, 1]]);
        Assert.That(start.Assignments, Is.EqualTo(new[] { 0, 1, 0, 1, 1, 1 }), "equally near (10,10)? No: (0,1) is nearer");
        var next = start.Next();
        Assert.That(next.Centres[0], Is.EqualTo(new[] { 0.5, 0 }));
        Assert.That(next.Centres[1], Is.EqualTo(new[] { 31 / 4.0, 32 / 4.0 }).Within(1e-12));
        Assert.That(next.Step, Is.EqualTo(1));
        Assert.That(start.Step, Is.Zero, "a step leaves the state before it alone");
    }

    [Test]
    public void It_finds_two_heaps()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var found = KMeans.Fit(TwoHeaps, 2, seed);
            Assert.That(ClusterScores.AdjustedRand(found.Assignments, [0, 0, 0, 1, 1, 1]), Is.EqualTo(1), $"seed {seed}");
            Assert.That(found.Inertia, Is.EqualTo(2 * (4 / 3.0)).Within(1e-9));
            Assert.That(found.IsSettled);
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public Property No_step_makes_the_distances_larger() => Prop.ForAll(Clouds, Gen.Choose(1, 3).ToArbitrary(), (points, clusters) =>
    {
        var state = KMeans.Start(points, clusters, seed: points.Length);
        for (var i = 0; i < 10; i++)
        {
            var next = state.Next();
            if (next.Inertia > state.Inertia + 1e-9)
            {
                return false;
            }

            state = next;
        }

        return state.Inertia == points.Select((p, i) => Points.SquaredDistance(p, state.Centres[state.Assignments[i]])).Sum();
    });

    [Test]
    public void A_centre_that_nobody_joins_stays_and_repeated_points_do_no_harm()
    {
        var far = KMeans.Start(TwoHeaps, [[0, 0], [1000, 1000]]).Next();
        Assert.That(far.Centres[1], Is.EqualTo(new[] { 1000.0, 1000 }));
        var same = KMeans.Fit([[1.0], [1.0], [1.0]], 3);
        Assert.That(same.Inertia, Is.Zero);
    }

    [Test]
    public void The_seed_decides_the_start()
    {
        var points = Points.Of(Tables.Iris());
        Assert.That(KMeans.Start(points, 3, 5).Centres, Is.EqualTo(KMeans.Start(points, 3, 5).Centres));
        Assert.That(Enumerable.Range(0, 5).Select(s => string.Join(' ', KMeans.Start(points, 3, s).Centres[0])).Distinct().Count(), Is.GreaterThan(1));
    }

    [Test]
    public void Agreement_by_hand_and_as_published()
    {
        Assert.That(ClusterScores.AdjustedRand([0, 0, 1, 1], [1, 1, 0, 0]), Is.EqualTo(1), "names do not matter");
        Assert.That(ClusterScores.AdjustedRand([0, 0, 1, 1], [0, 1, 0, 1]), Is.EqualTo(-0.5).Within(1e-12));
        Assert.That(ClusterScores.AdjustedRand([0, 0, 1, 2], [0, 0, 1, 1]), Is.EqualTo(4 / 7.0).Within(1e-12));
        Assert.That(ClusterScores.AdjustedRand([0, 0, 0], [5, 5, 5]), Is.EqualTo(1));
        Assert.That(ClusterScores.AdjustedRand([0], [1]), Is.EqualTo(1));
        Assert.That(ClusterScores.Purity([0, 0, 0, 1, 1], [7, 7, 8, 8, 8]), Is.EqualTo(4 / 5.0));
        Assert.That(ClusterScores.Purity([0, 1, 2], [1, 1, 2]), Is.EqualTo(1), "a cluster for each point is pure");
    }

    [Test]
    public void A_random_division_agrees_as_little_as_chance()
    {
        // 2,000 points in ten groups: the standard deviation of the index is below 0.002, so 0.01 is five of them.
        var random = new Random(4);
        var (a, b) = (Enumerable.Range(0, 2000).Select(_ => random.Next(10)).ToArray(), Enumerable.Range(0, 2000).Select(_ => random.Next(10)).ToArray());
        Assert.That(ClusterScores.AdjustedRand(a, b), Is.EqualTo(0).Within(0.01));
    }

    [Test]
    public void A_silhouette_by_hand()
    {
        // Points 0, 2 and 10 in clusters {0, 2} and {10}: for 0, a = 2, b = 10; for 2, a = 2, b = 8; 10 is alone.
        Assert.That(ClusterScores.Silhouette([[0], [2], [10]], [0, 0, 1]), Is.EqualTo((0.8 + 0.75 + 0) / 3).Within(1e-12));
        Assert.That(ClusterScores.Silhouette(TwoHeaps, [0, 0, 0, 1, 1, 1]), Is.GreaterThan(0.8));
        Assert.That(ClusterScores.Silhouette(TwoHeaps, [0, 1, 0, 1, 0, 1]), Is.LessThan(0));
    }

    [Test]
    public void Components_of_points_on_a_line_are_the_line()
    {
        var pca = PrincipalComponents.Fit([[0, 1], [3, 5], [6, 9]]);
        Assert.That(pca.Components[0], Is.EqualTo(new[] { 0.6, 0.8 }).Within(1e-12));
        Assert.That(pca.Variances, Is.EqualTo(new[] { 50 / 3.0, 0 }).Within(1e-9));
        Assert.That(pca.ExplainedShare(1), Is.EqualTo(1).Within(1e-12));
        Assert.That(pca.Project([6, 9], 1)[0], Is.EqualTo(5).Within(1e-12));
        Assert.That(pca.Reconstruct([5]), Is.EqualTo(new[] { 6.0, 9 }).Within(1e-9));
    }

    [Test]
    public void Components_agree_with_the_singular_values_of_the_centred_table()
    {
        var points = Points.Of(Tables.Iris());
        var pca = PrincipalComponents.Fit(points);
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(points.SelectMany(p => p).ToArray(), device: torch.CPU).reshape(150, 4);
        var singular = torch.linalg.svdvals(x - x.mean([0], keepdim: true));
        Assert.That(pca.Variances, Is.EqualTo(singular.pow(2).div(150).data<double>().ToArray()).Within(1e-10));
        for (var a = 0; a < 4; a++)
        {
            Assert.That(pca.Components[a].MaxBy(Math.Abs), Is.Positive);
            for (var b = 0; b < 4; b++)
            {
                Assert.That(pca.Components[a].Zip(pca.Components[b], (u, v) => u * v).Sum(), Is.EqualTo(a == b ? 1 : 0).Within(1e-10));
            }
        }
    }

    [Test]
    public void What_the_map_loses_is_the_variance_of_the_directions_left_out()
    {
        var points = Points.Of(Tables.Iris());
        var pca = PrincipalComponents.Fit(points);
        for (var count = 1; count <= 4; count++)
        {
            var loss = points.Average(p => Points.SquaredDistance(p, pca.Reconstruct(pca.Project(p, count))));
            Assert.That(loss, Is.EqualTo(pca.Variances.Skip(count).Sum()).Within(1e-10));
        }
    }

    [Test]
    public void Fitting_leaves_no_tensor_behind()
    {
        var points = Points.Of(Tables.Iris());
        PrincipalComponents.Fit(points);
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 5; i++)
        {
            PrincipalComponents.Fit(points);
            LinearRegression.Fit(points, [.. points.Select(p => p[0])]);
        }

        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void Bad_input_is_refused()
    {
        Assert.That(() => KMeans.Fit([], 1), Throws.ArgumentException);
        Assert.That(() => KMeans.Fit(TwoHeaps, 7), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => KMeans.Fit(TwoHeaps, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => KMeans.Start(TwoHeaps, [[1.0]]), Throws.ArgumentException);
        Assert.That(() => ClusterScores.Silhouette(TwoHeaps, [0, 0, 0, 0, 0, 0]), Throws.ArgumentException);
        Assert.That(() => ClusterScores.Purity([0], [0, 1]), Throws.ArgumentException);
        Assert.That(() => ClusterScores.AdjustedRand([], []), Throws.ArgumentException);
        Assert.That(() => PrincipalComponents.Fit([[double.NaN]]), Throws.ArgumentException);
        var pca = PrincipalComponents.Fit(TwoHeaps);
        Assert.That(() => pca.Project([1], 1), Throws.ArgumentException);
        Assert.That(() => pca.Project([1, 2], 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => pca.Reconstruct([1, 2, 3]), Throws.ArgumentException);
    }
}
