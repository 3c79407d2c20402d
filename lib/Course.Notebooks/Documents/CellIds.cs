using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Documents;

/// <summary>
/// Cell identifiers (Jupyter Enhancement Proposal 62): 1 to 64 characters of <c>[a-zA-Z0-9-_]</c>, unique in a notebook.
/// New ones are derived from the cell's text, not from chance: reading the same old file twice gives the same identifiers.
/// </summary>
internal static partial class CellIds
{
    /// <summary>Gives an identifier to every cell that has none, an impossible one, or one that an earlier cell has.</summary>
    public static void Complete(IEnumerable<JsonObject> cells)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var without = new List<JsonObject>();
        foreach (var cell in cells)
        {
            if (cell["id"] is not JsonValue value || !value.TryGetValue<string>(out var id)
                || !Valid().IsMatch(id) || !taken.Add(id))
            {
                without.Add(cell);
            }
        }
        foreach (var cell in without)
        {
            cell["id"] = Make(MultilineText.Read(cell["source"]), taken);
        }
    }

    /// <summary>A free identifier of eight hexadecimal digits for a cell with the given text; it is taken afterwards.</summary>
    public static string Make(string source, HashSet<string> taken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var seed = attempt.ToString(CultureInfo.InvariantCulture) + "\n" + source;
            var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, 4));
            if (taken.Add(id))
            {
                return id;
            }
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9\-_]{1,64}\z")]
    private static partial Regex Valid();
}
