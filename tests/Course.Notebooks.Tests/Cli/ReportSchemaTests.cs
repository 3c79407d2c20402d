using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Course.Notebooks.Execution;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Cli;

/// <summary>The documented schema and the report say the same.</summary>
[TestFixture]
public sealed class ReportSchemaTests
{
    private static readonly RunReport Full = new(DateTimeOffset.UnixEpoch, 1.5, "cpu",
    [
        new NotebookReport("n.ipynb", NotebookStatus.TimedOut, 1, null,
            [new ResultCard("loss", null, null, 2, "nats", 1), new ResultCard("accuracy", 97.5, 97, null, "%", 2)],
            [.. Enum.GetValues<CellStatus>().Select((status, i) => new CellReport(i, i + 1, $"c{i}", "x", status, 0.1,
                status == CellStatus.Failed ? new CellError("E", "m", 2, "line", ["a"]) : null))]),
        .. Enum.GetValues<NotebookStatus>().Select(status => NotebookReport.NothingRan("o.ipynb", status, "why")),
    ]);

    [Test]
    public void Every_member_of_a_report_is_documented_and_every_documented_one_is_there()
    {
        var schema = JsonNode.Parse(File.ReadAllText(SchemaFile()))!.AsObject();
        Check(schema, schema, JsonNode.Parse(Full.ToJson()), "$");
    }

    [Test]
    public void A_report_with_an_undocumented_member_would_be_noticed()
    {
        var schema = JsonNode.Parse(File.ReadAllText(SchemaFile()))!.AsObject();
        var report = JsonNode.Parse(Full.ToJson())!;
        report["notebooks"]![0]!["cells"]![0]!["extra"] = 1;
        Assert.That(() => Check(schema, schema, report, "$"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("extra"));
    }

    // As much of JSON Schema as the file uses: $ref, oneOf with null, properties, required, items, enum, const.
    private static void Check(JsonObject root, JsonObject schema, JsonNode? value, string path)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            schema = root["$defs"]![reference.Split('/')[^1]]!.AsObject();
        }
        if (schema["oneOf"] is JsonArray choices)
        {
            if (value is not null)
            {
                Check(root, choices[1]!.AsObject(), value, path);
            }
            return;
        }
        Require(schema["const"] is null || JsonNode.DeepEquals(schema["const"], value), path, "is another constant");
        Require(schema["enum"] is not JsonArray names || names.Any(name => JsonNode.DeepEquals(name, value)), path, $"is {value}");
        Require(schema["type"] is null || Types(schema["type"]!).Contains(TypeOf(value)), path, $"is a {TypeOf(value)}");
        if (value is JsonObject json && schema["properties"] is JsonObject properties)
        {
            foreach (var (name, member) in json)
            {
                Require(properties[name] is not null, $"{path}.{name}", "is not documented");
                Check(root, properties[name]!.AsObject(), member, $"{path}.{name}");
            }
            foreach (var name in schema["required"]!.AsArray())
            {
                Require(json.ContainsKey((string)name!), $"{path}.{name}", "is missing");
            }
        }
        if (value is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Check(root, schema["items"]!.AsObject(), items[i], $"{path}[{i}]");
            }
        }
    }

    private static IEnumerable<string> Types(JsonNode type) =>
        (type is JsonArray several ? several.Select(t => (string)t!) : [(string)type!]).SelectMany(t => t == "number" ? ["number", "integer"] : new[] { t });

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.ToJsonString().Contains('.') ? "number" : "integer",
        var kind => kind.ToString()!.ToLowerInvariant(),
    };

    private static void Require(bool condition, string path, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException($"{path} {problem}");
        }
    }

    private static string SchemaFile([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!,
        "..", "..", "..", "lib", "Course.Notebooks", "Execution", "run-report.schema.json");
}
