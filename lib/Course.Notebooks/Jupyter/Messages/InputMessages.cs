namespace Course.Notebooks.Jupyter.Messages;

/// <summary>Stdin, from the kernel: ask the person.</summary>
internal sealed record InputRequestMessage(string Prompt, bool Password = false) : MessageContent;

/// <summary>Stdin, to the kernel: the person's answer.</summary>
internal sealed record InputReply(string Value) : MessageContent;
