using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Documents;

/// <summary>Whatever metadata, of whatever shape, stands in a notebook: reading and writing changes nothing.</summary>
[TestFixture]
public sealed class RoundTripTests
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(RandomJson)], MaxTest = 300)]
    public bool Unknown_members_survive_at_every_level(JsonObject ofNotebook, JsonObject ofCell, JsonObject ofOutput)
    {
        var json = new JsonObject
        {
            ["unknown"] = ofNotebook.DeepClone(),
            ["cells"] = new JsonArray(new JsonObject
            {
                ["cell_type"] = "code",
                ["execution_count"] = 1,
                ["id"] = "c",
                ["metadata"] = ofCell.DeepClone(),
                ["unknown"] = ofCell.DeepClone(),
                ["outputs"] = new JsonArray(new JsonObject
                {
                    ["data"] = new JsonObject { ["application/x+json"] = ofOutput.DeepClone() },
                    ["metadata"] = ofOutput.DeepClone(),
                    ["output_type"] = "display_data",
                    ["transient"] = ofOutput.DeepClone(),
                }),
                ["source"] = new JsonArray("a\n", "b"),
            }),
            ["metadata"] = ofNotebook.DeepClone(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };

        var once = NotebookDocument.Parse(json.ToJsonString()).ToJson();

        return JsonNode.DeepEquals(JsonNode.Parse(once), json)
            && Order(JsonNode.Parse(once)).SequenceEqual(Order(json))
            && NotebookDocument.Parse(once).ToJson() == once;
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool Every_source_reads_back_as_it_was(NonNull<string> text)
    {
        var source = RandomJson.WithoutHalfPairs(text.Get);
        var document = NotebookDocument.Create();
        document.Add(CellKind.Raw, source);
        return NotebookDocument.Parse(document.ToJson()).Cells[0].Source == source;
    }

    [Test]
    public void Numbers_keep_their_digits()
    {
        const string numbers = "[1.0, 1e400, 12345678901234567890123, -0.0, 0.10]";
        var document = NotebookDocument.Parse($$"""{"cells":[],"metadata":{"n":{{numbers}}},"nbformat":4,"nbformat_minor":5}""");
        Assert.That(document.ToJson().ReplaceLineEndings("").Replace(" ", ""), Does.Contain(numbers.Replace(" ", "")));
    }

    /// <summary>The member names in the order in which a reader of the file meets them.</summary>
    private static IEnumerable<string> Order(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(pair => Order(pair.Value).Prepend(pair.Key)),
        JsonArray array => array.SelectMany(Order),
        _ => [],
    };

    public static class RandomJson
    {
        public static Arbitrary<JsonObject> Objects() =>
            Arb.From(Gen.Sized(size => Object(Math.Min(size, 20))));

        public static string WithoutHalfPairs(string text) =>
            string.Concat(text.EnumerateRunes().Where(rune => rune != System.Text.Rune.ReplacementChar));

        private static Gen<string> Text() => ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => WithoutHalfPairs(s.Get));

        private static Gen<JsonObject> Object(int size) =>
            Gen.Zip(Text(), Value(size / 2)).ListOf(Math.Min(size, 4)).Select(members =>
            {
                var json = new JsonObject();
                foreach (var (name, value) in members)
                {
                    json[name] = value;
                }
                return json;
            });

        private static Gen<JsonNode?> Value(int size)
        {
            var leaf = Gen.OneOf(
                Gen.Constant<JsonNode?>(null),
                Text().Select(text => (JsonNode?)text),
                ArbMap.Default.GeneratorFor<long>().Select(number => (JsonNode?)number),
                ArbMap.Default.GeneratorFor<NormalFloat>().Select(number => (JsonNode?)number.Get),
                ArbMap.Default.GeneratorFor<bool>().Select(value => (JsonNode?)value));
            return size == 0 ? leaf : Gen.OneOf(
                leaf,
                Object(size).Select(json => (JsonNode?)json),
                Value(size / 2).ListOf(3).Select(items => (JsonNode?)new JsonArray([.. items])));
        }
    }
}
