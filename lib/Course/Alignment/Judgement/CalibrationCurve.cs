namespace Course.Alignment.Judgement;

/// <summary>One point of a calibration curve.</summary>
/// <param name="Confidence">How sure the model was, on average: σ of the difference of the grades.</param>
/// <param name="Accuracy">How often it was right.</param>
/// <param name="Count">In how many pairs.</param>
public sealed record CalibrationPoint(double Confidence, double Accuracy, int Count);

/// <summary>
/// Whether a reward model is as often right as it is sure: of the pairs in which it gives the better text 80 %, it should be right in
/// 80 %. The difference of two grades is a log-odds, so the grades of a calibrated model mean something.
/// </summary>
public sealed class CalibrationCurve
{
    private CalibrationCurve(List<CalibrationPoint> points)
    {
        Points = points;
        var count = points.Sum(point => point.Count);
        ExpectedError = points.Sum(point => Math.Abs(point.Confidence - point.Accuracy) * point.Count / count);
    }

    /// <summary>The points, least sure first; empty classes are left out.</summary>
    public IReadOnlyList<CalibrationPoint> Points { get; }

    /// <summary>The mean distance between sureness and accuracy, weighted by the number of pairs (Naeini et al. 2015).</summary>
    public double ExpectedError { get; }

    /// <summary>Computes the curve.</summary>
    /// <param name="differences">By how much the better text of each pair is ahead: <see cref="RewardModelTask.Differences"/>.</param>
    /// <param name="classes">Into how many classes of equal width sureness, from 0.5 to 1, is divided.</param>
    /// <exception cref="ArgumentException">There are no differences, or one is no number.</exception>
    public static CalibrationCurve Of(IReadOnlyList<double> differences, int classes = 10)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (differences.Count == 0 || differences.Any(double.IsNaN))
        {
            throw new ArgumentException("A calibration curve needs differences that are numbers.", nameof(differences));
        }

        var points = differences
            .Select(d => (Confidence: 1 / (1 + Math.Exp(-Math.Abs(d))), Right: d > 0 ? 1 : d == 0 ? 0.5 : 0))
            .GroupBy(judgement => Math.Min(classes - 1, (int)((judgement.Confidence - 0.5) * 2 * classes)))
            .OrderBy(group => group.Key)
            .Select(group => new CalibrationPoint(group.Average(j => j.Confidence), group.Average(j => j.Right), group.Count()));
        return new CalibrationCurve([.. points]);
    }
}
