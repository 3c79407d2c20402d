using System.Text.Json;

namespace Course.Tokenization;

/// <summary>
/// Reads one JSON object of a known form, forwards, without building anything in memory that the form does not ask for. Whatever
/// does not fit becomes an <see cref="InvalidDataException"/> that names the file, the line and the column.
/// </summary>
internal ref struct StrictJsonReader(string file, byte[] bytes)
{
    private readonly string file = file;
    private readonly byte[] bytes = bytes;
    private Utf8JsonReader json = new(bytes, new JsonReaderOptions { MaxDepth = 8 });

    public void Begin()
    {
        Read();
        Require(JsonTokenType.StartObject, "an object");
    }

    public void End()
    {
        // Anything after the object is an error that this last call reports.
        if (Read())
        {
            throw Error("the file goes on after its end.");
        }
    }

    /// <summary>Reads the name of the next property; its value is next. False at the end of the object.</summary>
    public bool TryReadProperty(out string name)
    {
        Read();
        if (json.TokenType == JsonTokenType.EndObject)
        {
            name = string.Empty;
            return false;
        }

        Require(JsonTokenType.PropertyName, "a property");
        name = Text(64, "the name of a property");
        return true;
    }

    public void RequireProperty(string name)
    {
        if (!TryReadProperty(out var found) || found != name)
        {
            throw Error($"expected the property '{name}' here.");
        }
    }

    public int ReadInteger(int minimum, int maximum, string what)
    {
        Read();
        return IntegerHere(minimum, maximum, what);
    }

    /// <summary>The whole number that the reader stands on.</summary>
    public readonly int IntegerHere(int minimum, int maximum, string what)
    {
        Require(JsonTokenType.Number, $"{what}, a number");
        return json.TryGetInt32(out var value) && value >= minimum && value <= maximum
            ? value
            : throw Error($"{what} must be a whole number from {minimum} to {maximum}.");
    }

    public float ReadNumber(string what)
    {
        Read();
        Require(JsonTokenType.Number, $"{what}, a number");
        return json.TryGetSingle(out var value) && float.IsFinite(value) ? value : throw Error($"{what} is out of range.");
    }

    public string ReadString(int maximumBytes, string what)
    {
        Read();
        return StringHere(maximumBytes, what);
    }

    /// <summary>The string that the reader stands on.</summary>
    public readonly string StringHere(int maximumBytes, string what)
    {
        Require(JsonTokenType.String, $"{what}, a string");
        return Text(maximumBytes, what);
    }

    public void BeginArray(string what)
    {
        Read();
        ArrayHere(what);
    }

    /// <summary>Makes sure that the reader stands on the beginning of an array.</summary>
    public readonly void ArrayHere(string what) => Require(JsonTokenType.StartArray, $"{what}, an array");

    /// <summary>Goes to the next element of an array; false at its end.</summary>
    public bool TryReadElement()
    {
        Read();
        return json.TokenType != JsonTokenType.EndArray;
    }

    public void EndArray(string what)
    {
        Read();
        Require(JsonTokenType.EndArray, $"the end of {what}");
    }

    public readonly InvalidDataException UnexpectedProperty(string name)
        => Error($"the property '{name}' is unknown or there twice.");

    public readonly InvalidDataException Error(string message)
    {
        var before = bytes.AsSpan(0, (int)json.TokenStartIndex);
        return ErrorAt(before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'), message);
    }

    private readonly InvalidDataException ErrorAt(long line, long column, string message)
        => new($"{file}, line {line + 1}, byte {column + 1}: {message}");

    private bool Read()
    {
        try
        {
            return json.Read();
        }
        catch (JsonException e)
        {
            throw ErrorAt(e.LineNumber ?? 0, e.BytePositionInLine ?? 0, $"this is not valid JSON ({e.Message})");
        }
    }

    private readonly void Require(JsonTokenType type, string expected)
    {
        if (json.TokenType != type)
        {
            throw Error($"expected {expected}, but found {json.TokenType}.");
        }
    }

    private readonly string Text(int maximumBytes, string what)
    {
        if (json.ValueSpan.Length > maximumBytes)
        {
            throw Error($"{what} is longer than {maximumBytes} bytes.");
        }

        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Error($"{what} is not valid Unicode ({e.Message})");
        }
    }
}
