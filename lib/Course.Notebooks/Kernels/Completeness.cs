namespace Course.Notebooks.Kernels;

/// <summary>Whether code could be run as it stands; a console decides by it whether Enter runs the code or begins a new line.</summary>
public enum Completeness
{
    /// <summary>It can be run.</summary>
    Complete,

    /// <summary>Something must follow: a bracket is open, a statement unfinished.</summary>
    Incomplete,

    /// <summary>It is wrong, whatever may follow.</summary>
    Invalid,

    /// <summary>The language cannot tell.</summary>
    Unknown,
}
