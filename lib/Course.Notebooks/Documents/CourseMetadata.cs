using System.Text.Json.Nodes;

namespace Course.Notebooks.Documents;

/// <summary>
/// The metadata that makes a notebook run as C# everywhere: Jupyter chooses the kernel by <c>kernelspec</c>, Polyglot
/// Notebooks by <c>polyglot_notebook</c>, and .NET Interactive's <c>#!import</c> by the two keys of each code cell.
/// </summary>
public static class CourseMetadata
{
    /// <summary>Notebook metadata as Polyglot Notebooks saves it.</summary>
    public static JsonObject OfNotebook() => new()
    {
        ["kernelspec"] = new JsonObject
        {
            ["display_name"] = ".NET (C#)",
            ["language"] = "C#",
            ["name"] = ".net-csharp",
        },
        ["language_info"] = new JsonObject { ["name"] = "polyglot-notebook" },
        ["polyglot_notebook"] = new JsonObject
        {
            ["kernelInfo"] = new JsonObject
            {
                ["defaultKernelName"] = "csharp",
                ["items"] = new JsonArray(new JsonObject
                {
                    ["aliases"] = new JsonArray(),
                    ["languageName"] = "csharp",
                    ["name"] = "csharp",
                }),
            },
        },
    };

    /// <summary>Metadata of a code cell: the older and the newer key, because readers look at one or the other.</summary>
    public static JsonObject OfCodeCell() => new()
    {
        ["dotnet_interactive"] = new JsonObject { ["language"] = "csharp" },
        ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" },
    };
}
