namespace Course.Notebooks.Kernels;

/// <summary>
/// Where running code's output goes: in the kernel process to the transport, in tests to a list. The members mirror the
/// output messages of the Jupyter protocol one to one (jupyter-client.readthedocs.io, "Messages on the IOPub channel").
/// Implementations accept calls from any thread, also after the cell that caused them has ended.
/// </summary>
public interface IKernelOutput
{
    /// <summary>Text the code wrote to standard output (<c>stdout</c>) or standard error (<c>stderr</c>).</summary>
    void Stream(string name, string text);

    /// <summary>A value shown by <c>display</c>; with a <paramref name="displayId"/> it can be updated later.</summary>
    void Display(MimeBundle bundle, string? displayId = null);

    /// <summary>Replaces what earlier calls of <see cref="Display"/> with the same identifier show.</summary>
    void UpdateDisplay(MimeBundle bundle, string displayId);

    /// <summary>Removes the running cell's output; with <paramref name="wait"/> only when the next output arrives.</summary>
    void ClearOutput(bool wait);

    /// <summary>
    /// Shows documentation that was asked for: Jupyter opens its pager (a <c>page</c> payload of the execute reply); a front end
    /// without one shows it below the cell.
    /// </summary>
    void Page(MimeBundle bundle) => Display(bundle);
}
