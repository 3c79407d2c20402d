namespace Course.Notebooks.Jupyter.Transport;

/// <summary>What arrived is no message that may be acted upon: wrongly signed, sent before, malformed or too large.</summary>
internal sealed class MessageRefusedException(string message, Exception? inner = null) : Exception(message, inner);
