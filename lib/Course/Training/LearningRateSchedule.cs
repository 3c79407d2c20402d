using System.Globalization;

namespace Course.Training;

/// <summary>Says how large the optimizer's steps are at each moment of the training.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The learning rate of an update.</summary>
    /// <param name="step">The update's number, from 0.</param>
    public abstract double At(long step);

    /// <summary>The same rate from beginning to end.</summary>
    /// <param name="rate">Positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive and finite.</exception>
    public static LearningRateSchedule Constant(double rate) => new ConstantSchedule(rate);

    /// <summary>
    /// Rises in a straight line, because the first gradients of a fresh model point anywhere; then falls along half a cosine wave,
    /// because near the minimum large steps jump over it (Loshchilov and Hutter 2017, equation 5, without restarts).
    /// </summary>
    /// <param name="peak">The highest rate; positive.</param>
    /// <param name="warmupSteps">Updates before the peak is reached.</param>
    /// <param name="totalSteps">The update at which the fall ends; the rate stays at <paramref name="final"/> from there on.</param>
    /// <param name="final">The lowest rate, from 0 to <paramref name="peak"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule WarmupCosine(double peak, long warmupSteps, long totalSteps, double final = 0) =>
        new WarmupCosineSchedule(peak, warmupSteps, totalSteps, final);

    /// <summary>Falls by a factor at regular intervals: the staircase of the years before the cosine.</summary>
    /// <param name="rate">The rate at the beginning; positive.</param>
    /// <param name="every">Updates on each stair.</param>
    /// <param name="factor">What remains from one stair to the next, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule Steps(double rate, long every, double factor = 0.5) => new StepSchedule(rate, every, factor);

    private protected static double Positive(double rate)
    {
        if (!(rate > 0 && double.IsFinite(rate)))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A learning rate is positive; 0.001 is a usual start.");
        }

        return rate;
    }

    private sealed record ConstantSchedule(double Rate) : LearningRateSchedule
    {
        private readonly double rate = Positive(Rate);

        public override double At(long step) => rate;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"constant {rate:R}");
    }

    private sealed record WarmupCosineSchedule : LearningRateSchedule
    {
        private readonly double peak;
        private readonly double final;
        private readonly long warmup;
        private readonly long total;

        public WarmupCosineSchedule(double peak, long warmupSteps, long totalSteps, double final)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
            ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, warmupSteps);
            if (!(final >= 0 && final <= peak))
            {
                throw new ArgumentOutOfRangeException(nameof(final), final, "The final learning rate lies between 0 and the peak.");
            }

            (this.peak, this.final, warmup, total) = (Positive(peak), final, warmupSteps, totalSteps);
        }

        public override double At(long step)
        {
            if (step < warmup)
            {
                // The very first update already moves, and the peak is reached right after the warm-up.
                return peak * (step + 1) / (warmup + 1);
            }

            if (step >= total)
            {
                return final;
            }

            var done = (double)(step - warmup) / (total - warmup); // 0 … 1
            return final + ((peak - final) * 0.5 * (1 + Math.Cos(Math.PI * done)));
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"warm-up {warmup} to {peak:R}, cosine until {total} to {final:R}");
    }

    private sealed record StepSchedule : LearningRateSchedule
    {
        private readonly double rate;
        private readonly long every;
        private readonly double factor;

        public StepSchedule(double rate, long every, double factor)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
            if (!(factor > 0 && factor <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(factor), factor, "What remains of the rate is a share in (0, 1].");
            }

            (this.rate, this.every, this.factor) = (Positive(rate), every, factor);
        }

        public override double At(long step) => rate * Math.Pow(factor, step / every);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{rate:R}, times {factor:R} every {every}");
    }
}
