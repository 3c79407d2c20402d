using Course.Runtime;

namespace Course.Training;

/// <summary>
/// Finds with how many threads the steps of a training are fastest while other programs come and go. An operation on several threads
/// waits for the slowest of them: where another program takes turns on one core, all cores work at half the speed or less, and fewer
/// threads, which leave that core alone, are faster. So the tuner tries: at once when steps become slower, and now and then otherwise,
/// the less often the less it gains.
/// </summary>
/// <remarks>It only counts and compares; whoever makes the steps sets <see cref="TorchRuntime.Threads"/> to <see cref="Threads"/>.</remarks>
public sealed class ThreadTuner
{
    /// <summary>Steps of a trial: the first one pays for the change and does not count. A trial that goes badly ends before.</summary>
    private const int TrialSteps = 3;
    private const int FirstPause = 8;
    private const int LongestPause = 128;

    /// <summary>So many times the usual time of a step means that something has changed.</summary>
    private const double Slow = 1.3;

    /// <summary>A number of threads must save so much to be kept: less is noise.</summary>
    private const double Gain = 0.93;

    private readonly int[] candidates; // falling
    private readonly Queue<double> recent = new();
    private int settled;
    private int tried;
    private int made;
    private double best;
    private double usual = double.PositiveInfinity;
    private int pause = FirstPause;
    private int calm;
    private bool fewerNext = true;

    /// <summary>Begins with all threads.</summary>
    /// <param name="most">The largest number of threads; halves of it, down to 1, are the others that are tried.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    public ThreadTuner(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var falling = new List<int>();
        for (var threads = most; threads >= 1; threads /= 2)
        {
            falling.Add(threads);
        }

        candidates = [.. falling];
    }

    /// <summary>With how many threads the next step shall be made.</summary>
    public int Threads => candidates[tried];

    /// <summary>Tells how long the last step took.</summary>
    /// <param name="elapsed">By the clock, from its beginning to its end.</param>
    public void Add(TimeSpan elapsed)
    {
        if (tried == settled)
        {
            Watch(elapsed.TotalSeconds);
        }
        else
        {
            Judge(elapsed.TotalSeconds);
        }
    }

    private static double Median(IEnumerable<double> three) => three.Order().ElementAt(1);

    private void Watch(double seconds)
    {
        calm++;
        recent.Enqueue(seconds);
        if (recent.Count > 3)
        {
            recent.Dequeue();
        }

        if (recent.Count < 3 || candidates.Length == 1)
        {
            return;
        }

        var now = Median(recent);
        usual = Math.Min(usual, now);
        if (now > Slow * usual && settled < candidates.Length - 1)
        {
            Try(settled + 1);
        }
        else if (calm >= pause)
        {
            // In turn where there is a choice.
            var canBeFewer = settled < candidates.Length - 1;
            var fewer = canBeFewer && (fewerNext || settled == 0);
            fewerNext = !fewer;
            Try(fewer ? settled + 1 : settled - 1);
        }
    }

    private void Try(int candidate) => (tried, made, best) = (candidate, 0, double.PositiveInfinity);

    private void Judge(double seconds)
    {
        made++;
        if (made > 1)
        {
            best = Math.Min(best, seconds);
        }

        // A step with a thread that waits for another program can take three times as long: one of them tells enough.
        if (made < TrialSteps && seconds < Slow * Median(recent))
        {
            return;
        }

        if (best < Gain * Median(recent))
        {
            (settled, pause, usual) = (tried, FirstPause, double.PositiveInfinity);
        }
        else
        {
            // What steps cost now is what they cost: not a reason to try again at once.
            (tried, pause, usual) = (settled, Math.Min(2 * pause, LongestPause), Median(recent));
        }

        recent.Clear();
        calm = 0;
    }
}
