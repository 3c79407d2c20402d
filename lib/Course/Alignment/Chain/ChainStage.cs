namespace Course.Alignment.Chain;

/// <summary>One stage of a chain.</summary>
/// <param name="name">Its name: that of its folder.</param>
/// <param name="title">What it does, in words.</param>
internal abstract class ChainStage(string name, string title)
{
    public string Name => name;

    public string Title => title;

    /// <summary>
    /// Does the work, from the results of the stages before it alone, and leaves its model in the folder. Interrupted and begun
    /// again, it ends with the same numbers.
    /// </summary>
    public abstract StageReport Run(ChainContext context);
}
