namespace Course.Benchmarks.Reproduce;

/// <summary>A published result that fits a CPU: one name, one seed, one set of figures. One file each.</summary>
internal interface IExperiment
{
    /// <summary>How the command line calls it.</summary>
    string Name { get; }

    /// <summary>What is trained on what, and who published it.</summary>
    string Description { get; }

    /// <summary>The file it reads, for the message when it is not given; <see langword="null"/> for none.</summary>
    string? DataFile { get; }

    /// <summary>Trains, or goes on where an earlier run stopped, and measures.</summary>
    IReadOnlyList<Figure> Run(ExperimentSession session);
}

/// <summary>One measured number beside the published one.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Ours">The measurement.</param>
/// <param name="Published">What was published, in words.</param>
/// <param name="IsReached">Whether ours is as good; <see langword="null"/> where there is nothing to reach.</param>
internal sealed record Figure(string What, double Ours, string Published, bool? IsReached = null);
