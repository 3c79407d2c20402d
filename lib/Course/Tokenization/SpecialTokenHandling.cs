namespace Course.Tokenization;

/// <summary>
/// What an encoder does where the text of a special token occurs in its input. It matters for safety: a user who can type
/// <c>&lt;|assistant|&gt;</c> and have it parsed can put words into the assistant's mouth.
/// </summary>
public enum SpecialTokenHandling
{
    /// <summary>
    /// It is ordinary text, encoded character by character. Right for everything the program has not written itself.
    /// </summary>
    AsText,

    /// <summary>It becomes the special token. Only for text whose origin is known.</summary>
    Parse,

    /// <summary>It is an error (<see cref="ArgumentException"/>), for data that must not contain any.</summary>
    Reject,
}
