using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>Where the output of silent code goes: nowhere.</summary>
internal sealed class NoOutput : IKernelOutput
{
    public void Stream(string name, string text)
    {
    }

    public void Display(MimeBundle bundle, string? displayId = null)
    {
    }

    public void UpdateDisplay(MimeBundle bundle, string displayId)
    {
    }

    public void ClearOutput(bool wait)
    {
    }
}
