namespace Microsoft.DotNet.Interactive;

/// <summary>A text that does not show itself when it is displayed by accident.</summary>
/// <param name="clearTextPassword">The text.</param>
public class PasswordString(string clearTextPassword)
{
    /// <summary>The text itself.</summary>
    public string GetClearTextPassword() => clearTextPassword;

    /// <summary>Dots, one per character.</summary>
    public override string ToString() => new('\u25cf', clearTextPassword.Length);
}
