using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Notebooks.Documents;

/// <summary>
/// Turns bytes into the JSON of a notebook whose shape is known to be right, so that the views above it need no checks.
/// The shape is that of nbformat 4 (nbformat.readthedocs.io, "The Notebook file format").
/// </summary>
internal static class NotebookReader
{
    /// <summary>Nesting is limited because an attacker's file of brackets must not exhaust the stack.</summary>
    public static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 200, AllowDuplicateProperties = false };

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file after checking its size.</summary>
    public static JsonObject ReadFile(string path, long maxBytes)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"There is no notebook '{path}'.", path);
        }
        if (file.Length > maxBytes)
        {
            throw new NotebookFormatException(path, "", string.Create(CultureInfo.InvariantCulture,
                $"the file has {file.Length:N0} bytes, the limit is {maxBytes:N0}. Clear its outputs, or raise the limit."));
        }
        return Read(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads UTF-8 bytes, with or without a byte order mark.</summary>
    public static JsonObject Read(ReadOnlySpan<byte> utf8, string file)
    {
        if (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }
        var root = ParseJson(utf8, file) as JsonObject
            ?? throw new NotebookFormatException(file, "$", "a notebook is a JSON object.");
        new Checker(file).CheckDocument(root);
        return root;
    }

    private static JsonNode? ParseJson(ReadOnlySpan<byte> utf8, string file)
    {
        if (utf8.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw new NotebookFormatException(file, "", "the file is empty.");
        }
        try
        {
            return JsonNode.Parse(StrictUtf8.GetString(utf8), documentOptions: JsonOptions);
        }
        catch (DecoderFallbackException e)
        {
            throw new NotebookFormatException(file, $"byte {e.Index}", "the file is not valid UTF-8.", e);
        }
        catch (JsonException e)
        {
            var position = e.LineNumber is null ? "" : $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            // The runtime's message ends with its own, zero-based position.
            var problem = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            throw new NotebookFormatException(file, position, $"not valid JSON: {problem}", e);
        }
        catch (InvalidOperationException e)
        {
            // A member's name; values are looked at later.
            throw new NotebookFormatException(file, "", "a name holds half of a surrogate pair.", e);
        }
    }

    /// <summary>Walks a document and refuses what the views cannot show, naming the place.</summary>
    private sealed class Checker(string file)
    {
        public void CheckDocument(JsonObject root)
        {
            CheckStrings(root);
            CheckVersion(root);
            if (root["cells"] is not JsonArray cells)
            {
                throw Bad("$.cells", "an array of cells is needed here.");
            }
            OptionalObject(root, "metadata", "$");
            for (var i = 0; i < cells.Count; i++)
            {
                CheckCell(cells[i], $"$.cells[{i}]");
            }
        }

        private void CheckVersion(JsonObject root)
        {
            if (root["nbformat"] is not JsonValue value || !value.TryGetValue<int>(out var major))
            {
                throw Bad("$.nbformat", "the version number is missing; is this a Jupyter notebook?");
            }
            if (major != 4)
            {
                throw Bad("$.nbformat", $"format {major} is not supported, only 4. "
                    + "Convert it: jupyter nbconvert --to notebook --nbformat 4 FILE.");
            }
            if (root["nbformat_minor"] is { } minor && (minor is not JsonValue number || !number.TryGetValue<int>(out _)))
            {
                throw Bad("$.nbformat_minor", "a whole number is needed here.");
            }
        }

        private void CheckCell(JsonNode? node, string path)
        {
            var cell = node as JsonObject ?? throw Bad(path, "a cell is a JSON object.");
            var type = String(cell, "cell_type", path);
            if (type is not ("code" or "markdown" or "raw"))
            {
                throw Bad($"{path}.cell_type", $"'{Shorten(type)}' is unknown; it is code, markdown or raw.");
            }
            CheckText(cell, "source", path);
            OptionalObject(cell, "metadata", path);
            if (type != "code")
            {
                return;
            }
            if (cell["outputs"] is { } outputs)
            {
                var list = outputs as JsonArray ?? throw Bad($"{path}.outputs", "an array is needed here.");
                for (var i = 0; i < list.Count; i++)
                {
                    CheckOutput(list[i], $"{path}.outputs[{i}]");
                }
            }
        }

        private void CheckOutput(JsonNode? node, string path)
        {
            var output = node as JsonObject ?? throw Bad(path, "an output is a JSON object.");
            switch (String(output, "output_type", path))
            {
                case "stream":
                    String(output, "name", path);
                    CheckText(output, "text", path);
                    break;
                case "display_data" or "execute_result":
                    _ = output["data"] as JsonObject ?? throw Bad($"{path}.data", "an object of MIME types is needed here.");
                    OptionalObject(output, "metadata", path);
                    break;
                case "error":
                    String(output, "ename", path);
                    String(output, "evalue", path);
                    if (!MultilineText.IsText(output["traceback"]) || output["traceback"] is not JsonArray)
                    {
                        throw Bad($"{path}.traceback", "an array of strings is needed here.");
                    }
                    break;
                case var other:
                    throw Bad($"{path}.output_type",
                        $"'{Shorten(other)}' is unknown; it is stream, display_data, execute_result or error.");
            }
        }

        private string String(JsonObject parent, string name, string path) =>
            parent[name] is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : throw Bad($"{path}.{name}", "a string is needed here.");

        private void CheckText(JsonObject parent, string name, string path)
        {
            if (!MultilineText.IsText(parent[name]))
            {
                throw Bad($"{path}.{name}", "a string or an array of strings is needed here.");
            }
        }

        private void OptionalObject(JsonObject parent, string name, string path)
        {
            if (parent[name] is { } node and not JsonObject)
            {
                throw Bad($"{path}.{name}", $"an object is needed here, not {node.GetValueKind()}.");
            }
        }

        // "\ud800" alone is legal JSON but no text: it cannot be written as UTF-8 again.
        private void CheckStrings(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject json:
                    foreach (var (_, value) in json)
                    {
                        CheckStrings(value);
                    }
                    break;
                case JsonArray array:
                    foreach (var value in array)
                    {
                        CheckStrings(value);
                    }
                    break;
                case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                    CheckString(value);
                    break;
            }
        }

        private void CheckString(JsonValue value)
        {
            try
            {
                _ = StrictUtf8.GetByteCount(value.GetValue<string>());
            }
            catch (Exception e) when (e is InvalidOperationException or EncoderFallbackException)
            {
                throw new NotebookFormatException(file, value.GetPath(), "the text holds half of a surrogate pair.", e);
            }
        }

        private NotebookFormatException Bad(string position, string problem) => new(file, position, problem);

        private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
    }
}
