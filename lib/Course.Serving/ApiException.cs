namespace Course.Serving;

/// <summary>A request that cannot be answered, in the words and codes of the OpenAI interface.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">A short name of the mistake.</param>
/// <param name="message">What is wrong and how to mend it.</param>
/// <param name="parameter">The parameter it is about, if it is about one.</param>
internal sealed class ApiException(int status, string code, string message, string? parameter = null) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public string? Parameter => parameter;

    /// <summary>A parameter that makes no sense.</summary>
    public static ApiException Invalid(string parameter, string message) => new(400, "invalid_value", message, parameter);

    /// <summary>The body of the error, as JSON.</summary>
    public object ToBody() => new
    {
        error = new { message = Message, type = status >= 500 ? "server_error" : "invalid_request_error", param = parameter, code },
    };
}
