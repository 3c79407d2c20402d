namespace Course.Notebooks.Jupyter.Messages;

/// <summary>Shell or control: what kernel is this?</summary>
internal sealed record KernelInfoRequest : MessageContent;

/// <summary>Shell or control: this one.</summary>
internal sealed record KernelInfoReply(
    string ProtocolVersion, string Implementation = "", string ImplementationVersion = "", LanguageInfo? LanguageInfo = null, string Banner = "")
    : ReplyContent
{
    public IReadOnlyList<HelpLink> HelpLinks { get; init; } = [];

    public bool Debugger { get; init; }

    public IReadOnlyList<string> SupportedFeatures { get; init; } = [];
}

/// <summary>Control: end, or end to be started anew.</summary>
internal sealed record ShutdownRequest(bool Restart = false) : MessageContent;

/// <summary>Control, and iopub for the other clients: the last words.</summary>
internal sealed record ShutdownReply(bool Restart) : ReplyContent;
