using System.Collections;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Course.Plots.Svg;
using static TorchSharp.torch;

namespace Course.Plots;

/// <summary>
/// Checks a reader's solution of an exercise. A check never throws: it gives a <see cref="CheckResult"/> that shows "done",
/// "not yet right" with a hint, or "to do", so a notebook whose exercises are still open runs to its end.
/// Inside a check, <see cref="NotYet"/> stands where the reader's code will be.
/// </summary>
/// <example>
/// <code>
/// double[] Softmax(double[] scores) => throw new NotYet("your softmax");
///
/// Check.Close("your softmax of (0, ln 3) is (1/4, 3/4)", () => Softmax([0, Math.Log(3)]), [0.25, 0.75])
/// </code>
/// </example>
public static class Check
{
    /// <summary>Checks a condition.</summary>
    /// <param name="claim">What is true of a right solution, in the reader's words: <c>"your weights sum to 1 over the keys"</c>.</param>
    /// <param name="condition">Whether it is.</param>
    /// <param name="hint">Where to look when it is not.</param>
    public static CheckResult That(string claim, bool condition, string hint = "") =>
        That(claim, () => condition, hint);

    /// <summary>Checks a condition that calls the reader's code.</summary>
    /// <param name="claim">What is true of a right solution.</param>
    /// <param name="condition">Runs the solution; may throw.</param>
    /// <param name="hint">Where to look when it is false.</param>
    public static CheckResult That(string claim, Func<bool> condition, string hint = "")
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Run(claim, () => condition() ? null : "This does not hold yet.", hint);
    }

    /// <summary>Checks a number.</summary>
    /// <param name="claim">What is true of a right solution.</param>
    /// <param name="actual">The reader's number; not a number is never right.</param>
    /// <param name="expected">The right one.</param>
    /// <param name="tolerance">The largest difference that is still right.</param>
    /// <param name="hint">Where to look when it is not.</param>
    public static CheckResult Close(string claim, double actual, double expected, double tolerance = 1e-5, string hint = "") =>
        Close(claim, () => [actual], [expected], tolerance, hint);

    /// <summary>Checks numbers one by one.</summary>
    /// <param name="claim">What is true of a right solution.</param>
    /// <param name="actual">Runs the reader's solution; may throw.</param>
    /// <param name="expected">The right numbers.</param>
    /// <param name="tolerance">The largest difference that is still right.</param>
    /// <param name="hint">Where to look when they are not.</param>
    // TorchSharp makes a tensor of an array where one is wanted; an array shall be compared as numbers all the same.
    [OverloadResolutionPriority(1)]
    public static CheckResult Close(
        string claim, Func<IEnumerable<double>> actual, IEnumerable<double> expected, double tolerance = 1e-5, string hint = "")
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        double[] right = [.. expected];
        return Run(claim, () => Difference([.. actual()], right, [right.Length], tolerance), hint);
    }

    /// <summary>Checks a tensor: its shape, then each value.</summary>
    /// <param name="claim">What is true of a right solution.</param>
    /// <param name="actual">Runs the reader's solution; may throw. The tensor is not disposed.</param>
    /// <param name="expected">The right values; any device; not disposed.</param>
    /// <param name="tolerance">The largest difference that is still right.</param>
    /// <param name="hint">Where to look when they are not.</param>
    public static CheckResult Close(string claim, Func<Tensor> actual, Tensor expected, double tolerance = 1e-5, string hint = "")
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        return Run(
            claim,
            () =>
            {
                var yours = actual() ?? throw new NotYet();
                return yours.shape.SequenceEqual(expected.shape)
                    ? Difference(TensorValues.All(yours), TensorValues.All(expected), expected.shape, tolerance)
                    : $"Your tensor has shape ({string.Join(", ", yours.shape)}), expected is ({string.Join(", ", expected.shape)}).";
            },
            hint);
    }

    /// <summary>Several checks shown as one list.</summary>
    public static CheckList All(params IEnumerable<CheckResult> checks) => new([.. checks]);

    private static string? Difference(double[] actual, double[] expected, long[] shape, double tolerance)
    {
        if (!(tolerance >= 0))
        {
            throw new BadToleranceException(nameof(tolerance), tolerance, "A tolerance is zero or positive.");
        }

        if (actual.Length != expected.Length)
        {
            return $"You gave {actual.Length} values, expected are {expected.Length}.";
        }

        for (var i = 0; i < actual.Length; i++)
        {
            // Written so that "not a number" is a difference.
            if (!(actual[i] == expected[i] || Math.Abs(actual[i] - expected[i]) <= tolerance))
            {
                var place = expected.Length == 1 ? "Yours" : $"At [{string.Join(", ", Position(i, shape))}] yours";
                var (yours, right) = (Text(actual[i]), Text(expected[i]));
                if (yours == right)
                {
                    (yours, right) = (Text(actual[i], "G10"), Text(expected[i], "G10")); // they differ further behind
                }

                return $"{place} is {yours}, expected is {right} ± {Numbers.Text(tolerance)}.";
            }
        }

        return null;
    }

    private static IEnumerable<long> Position(long index, long[] shape)
    {
        var position = new long[shape.Length];
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            (index, position[d]) = (index / shape[d], index % shape[d]);
        }

        return position;
    }

    // The author's mistake, not the reader's: it must not be taken for a wrong solution.
    private sealed class BadToleranceException(string name, double value, string message)
        : ArgumentOutOfRangeException(name, value, message);

    private static string Text(double value, string format = "G6") => value.ToString(format, CultureInfo.InvariantCulture);

    private static CheckResult Run(string claim, Func<string?> problem, string hint)
    {
        Require.Text(claim, "the claim of a check");
        ArgumentNullException.ThrowIfNull(hint);
        try
        {
            return problem() is { } text
                ? new CheckResult(claim, CheckState.NotRight, (text + " " + hint).TrimEnd())
                : new CheckResult(claim, CheckState.Right, "");
        }
        catch (Exception error) when (error is NotYet or NotImplementedException)
        {
            return new CheckResult(claim, CheckState.ToDo, error is NotYet ? error.Message : "");
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException or BadToleranceException))
        {
            return new CheckResult(claim, CheckState.NotRight, $"Your code threw {error.GetType().Name}: {error.Message} {hint}".TrimEnd());
        }
    }
}

/// <summary>Stands where the reader's solution will be.</summary>
/// <param name="what">What is to be written, for example <c>"your softmax"</c>.</param>
public sealed class NotYet(string what = "")
    : Exception(what.Length == 0 ? "Replace NotYet by your code." : $"Write {what} in place of NotYet.");

/// <summary>How a check ended.</summary>
public enum CheckState
{
    /// <summary>The exercise has not been begun.</summary>
    ToDo,

    /// <summary>The solution is not right yet.</summary>
    NotRight,

    /// <summary>The solution is right.</summary>
    Right,
}

/// <summary>The result of a check.</summary>
/// <param name="Claim">What is true of a right solution.</param>
/// <param name="State">How it ended.</param>
/// <param name="Detail">What was found instead and a hint, or an empty string.</param>
public sealed record CheckResult(string Claim, CheckState State, string Detail)
{
    /// <summary>Whether the solution is right.</summary>
    public bool IsRight => State == CheckState.Right;

    /// <summary>For a proof instead of an exercise: a notebook whose claim does not hold must fail.</summary>
    /// <returns>This result, to be shown.</returns>
    /// <exception cref="ExpectationException">The check is not right.</exception>
    public CheckResult Assert() => IsRight ? this : throw new ExpectationException(ToString());

    /// <summary>The result as one line of HTML.</summary>
    public string ToHtml()
    {
        var color = State switch
        {
            CheckState.Right => Palette.Green,
            CheckState.NotRight => Palette.Vermilion,
            _ => Palette.Orange,
        };
        var detail = Detail.Length == 0 ? "" : $"<br><em>{WebUtility.HtmlEncode(Label.Visible(Detail))}</em>";
        return $"<div><b style=\"color:{color}\">{Mark}</b> {WebUtility.HtmlEncode(Label.Visible(Claim))}{detail}</div>";
    }

    /// <summary>The result as plain text.</summary>
    public override string ToString() => $"{Mark}: {Claim}" + (Detail.Length == 0 ? "" : $"\n  {Detail}");

    private string Mark => State switch
    {
        CheckState.Right => "✓ right",
        CheckState.NotRight => "✗ not yet",
        _ => "○ to do",
    };
}

/// <summary>Several checks of one exercise.</summary>
public sealed class CheckList : IReadOnlyList<CheckResult>
{
    private readonly IReadOnlyList<CheckResult> checks;

    internal CheckList(IReadOnlyList<CheckResult> checks) => this.checks = checks;

    /// <inheritdoc/>
    public int Count => checks.Count;

    /// <summary>Whether all checks are right.</summary>
    public bool AllRight => checks.All(c => c.IsRight);

    /// <summary>For proofs instead of exercises: a notebook whose claims do not hold must fail.</summary>
    /// <returns>This list, to be shown.</returns>
    /// <exception cref="ExpectationException">A check is not right.</exception>
    public CheckList Assert() => AllRight ? this : throw new ExpectationException(string.Join('\n', checks.Where(c => !c.IsRight)));

    /// <inheritdoc/>
    public CheckResult this[int index] => checks[index];

    /// <inheritdoc/>
    public IEnumerator<CheckResult> GetEnumerator() => checks.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The checks as HTML, one below the other.</summary>
    public string ToHtml() => string.Concat(checks.Select(c => c.ToHtml()));

    /// <summary>The checks as plain text.</summary>
    public override string ToString() => string.Join('\n', checks);
}
