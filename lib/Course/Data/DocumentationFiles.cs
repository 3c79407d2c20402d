using System.Xml;
using Course.Runtime;

namespace Course.Data;

/// <summary>Reads the XML documentation files that compilers write, with settings that are safe for files of unknown origin.</summary>
internal static class DocumentationFiles
{
    private const long MaxCharacters = 256L << 20;

    /// <summary>All documented members of some files, each id once (the first file wins), in the order of the ids.</summary>
    /// <exception cref="InvalidDataException">A file is not an XML documentation file.</exception>
    public static List<DocumentedMember> Read(IReadOnlyList<string> files, IProgress<double>? progress, CancellationToken cancellation)
    {
        // The names in the sentences of one file depend on the types of all others: so two passes.
        var types = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        ForEachMember(files, 0, progress, cancellation, (id, reader) =>
        {
            if (id.StartsWith("T:", StringComparison.Ordinal))
            {
                types.TryAdd(id[2..], TypeParameterNames(reader));
            }
        });

        var names = new DocumentationNames(types);
        var text = new DocumentationText(names);
        var members = new Dictionary<string, DocumentedMember>(StringComparer.Ordinal);
        ForEachMember(files, 0.5, progress, cancellation, (id, reader) =>
        {
            if (!members.ContainsKey(id) && ReadMember(id, reader, names, text) is { } member)
            {
                members.Add(id, member);
            }
        });

        // Without the prefix, a type stands directly before its members.
        return [.. members.Values.OrderBy(m => m.Id[2..], StringComparer.Ordinal).ThenBy(m => m.Id, StringComparer.Ordinal)];
    }

    private static void ForEachMember(
        IReadOnlyList<string> files, double done, IProgress<double>? progress, CancellationToken cancellation, Action<string, XmlReader> action)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxCharacters,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        for (var i = 0; i < files.Count; i++)
        {
            Interruption.Point(cancellation);
            try
            {
                using var stream = File.OpenRead(files[i]);
                using var reader = XmlReader.Create(stream, settings);
                reader.MoveToContent();
                if (reader.Name != "doc")
                {
                    throw new XmlException($"the root element is <{reader.Name}>, not <doc>");
                }

                while (reader.ReadToFollowing("member"))
                {
                    if (reader.GetAttribute("name") is { Length: > 2 } id && id[1] == ':' && "TMPFE".Contains(id[0]))
                    {
                        using var member = reader.ReadSubtree();
                        member.Read();
                        action(id, member);
                    }
                }
            }
            catch (XmlException e)
            {
                throw new InvalidDataException($"'{files[i]}' is not an XML documentation file: {e.Message}", e);
            }

            progress?.Report(done + (0.5 * (i + 1) / files.Count));
        }
    }

    private static List<string> TypeParameterNames(XmlReader member)
    {
        var names = new List<string>();
        while (member.Read())
        {
            if (member.NodeType == XmlNodeType.Element && member is { Depth: 1, Name: "typeparam" }
                && member.GetAttribute("name") is { Length: > 0 } name)
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static DocumentedMember? ReadMember(string id, XmlReader member, DocumentationNames names, DocumentationText text)
    {
        string summary = "", remarks = "", returns = "";
        var parameters = new List<DocumentedParameter>();
        var typeParameters = new List<string>();
        member.Read();
        while (!member.EOF)
        {
            if (member.NodeType != XmlNodeType.Element || member.Depth != 1)
            {
                member.Read();
                continue;
            }

            var name = member.GetAttribute("name");
            switch (member.Name)
            {
                case "summary":
                    summary = Join(summary, text.Read(member));
                    break;
                case "remarks":
                    remarks = Join(remarks, text.Read(member));
                    break;
                case "returns" or "value":
                    returns = Join(returns, text.Read(member));
                    break;
                case "param" when name is not null:
                    parameters.Add(new DocumentedParameter(name, text.Read(member)));
                    break;
                case "typeparam" when name is not null:
                    typeParameters.Add(name);
                    member.Skip();
                    break;
                default:
                    member.Skip();
                    break;
            }
        }

        if (summary.Length == 0)
        {
            return null;
        }

        var (kind, nameSpace, typeId, shortName, signature) = names.Describe(id, typeParameters);
        return new DocumentedMember(id, kind, nameSpace, typeId, shortName, signature, summary, remarks, returns, parameters);
    }

    private static string Join(string a, string b) => a.Length == 0 ? b : b.Length == 0 ? a : $"{a}\n{b}";
}
