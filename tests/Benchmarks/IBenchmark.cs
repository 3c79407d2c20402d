using System.CommandLine;

namespace Course.Benchmarks;

/// <summary>One benchmark: a verb of the command line with its own arguments and its own action. One file each.</summary>
internal interface IBenchmark
{
    /// <summary>The verb, ready to be added to the root command.</summary>
    Command CreateCommand();
}
