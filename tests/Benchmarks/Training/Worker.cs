using System.Diagnostics;
using System.Globalization;

namespace Course.Benchmarks.Training;

/// <summary>
/// A process that does one kind of work as often as it is told: it gets a number on its standard input, does so many units of work, and
/// answers with a line of numbers, the seconds first. Each contender has a process of its own, so that its memory can be told apart.
/// </summary>
internal sealed class Worker : IDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;
    private long peakBytes;

    /// <summary>Starts the process and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ends instead; the message holds what it said.</exception>
    public Worker(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        process = Process.Start(start) ?? throw new InvalidOperationException($"'{start.FileName}' does not start.");
        errors = process.StandardError.ReadToEndAsync();
        Greeting = Answer();
    }

    /// <summary>The process' first line: what it is.</summary>
    public string Greeting { get; }

    /// <summary>The greatest memory it has used so far, in bytes.</summary>
    public long PeakBytes
    {
        get
        {
            process.Refresh();
            return peakBytes = Math.Max(peakBytes, process.PeakWorkingSet64);
        }
    }

    /// <summary>What the last answer said behind the seconds.</summary>
    public IReadOnlyList<double> Last { get; private set; } = [];

    /// <summary>Has it work.</summary>
    /// <param name="units">How much.</param>
    /// <returns>The seconds it took, by its own clock.</returns>
    public double Run(int units)
    {
        process.StandardInput.WriteLine(units.ToString(CultureInfo.InvariantCulture));
        process.StandardInput.Flush();
        double[] numbers = [.. Answer().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Last = numbers[1..];
        return numbers[0];
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        process.StandardInput.Close(); // nothing more to do
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private string Answer() => process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"'{process.StartInfo.FileName}' ended: {errors.Result.Trim()}");
}
