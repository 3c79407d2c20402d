namespace Course.Notebooks.Kernels;

/// <summary>How much to say about a piece of code (<c>detail_level</c> of the Jupyter protocol).</summary>
public enum InspectionDetail
{
    /// <summary>What fits a tooltip: the signature and its documentation in short.</summary>
    Brief = 0,

    /// <summary>Everything known: all overloads, remarks, exceptions, where it is declared.</summary>
    Full = 1,
}
