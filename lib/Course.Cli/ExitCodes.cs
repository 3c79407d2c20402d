namespace Course.Cli;

/// <summary>What the command's exit code means.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>A notebook failed, or something essential is missing.</summary>
    public const int Failure = 1;

    /// <summary>The arguments make no sense; a sentence on standard error says why.</summary>
    public const int BadArguments = 2;

    /// <summary>Stopped by Ctrl-C: 128 + signal 2, as shells count.</summary>
    public const int Cancelled = 130;
}
