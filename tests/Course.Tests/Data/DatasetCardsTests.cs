using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

/// <summary>The cards in <c>datasets</c> say what the code does.</summary>
[TestFixture]
public partial class DatasetCardsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "datasets");

    [GeneratedRegex(@"\| SHA-256 \| `([0-9a-f]{64})` \|")]
    private static partial Regex HashRow();

    [GeneratedRegex(@"\| Size \| ([0-9,]+) bytes")]
    private static partial Regex SizeRow();

    private static string Card(string name) => File.ReadAllText(Path.Combine(Folder, name + ".md"));

    private static (long Size, string Hash) Stated(string card) => (
        long.Parse(SizeRow().Match(card).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture),
        HashRow().Match(card).Groups[1].Value);

    private static IEnumerable<string> PublicNames() => PublicDatasets.All.Select(d => d.Name);

    [TestCaseSource(nameof(PublicNames))]
    public void A_public_data_set_is_what_its_card_says(string name)
    {
        var (dataset, card) = (PublicDatasets.Find(name), Card(name));
        Assert.That(Stated(card), Is.EqualTo((dataset.Size, dataset.Sha256)));
        Assert.That(card, Does.Contain($"<{dataset.Url}>").And.Contain($"LoadAsync(\"{name}\")"));
        Assert.That(card.Replace("[", "", StringComparison.Ordinal), Does.Contain($"| Licence | {dataset.Licence}"));
    }

    [TestCase("optdigits", "optdigits.csv")]
    [TestCase("iris", "iris.csv")]
    [TestCase("tinytales", "tinytales-sample.txt")]
    [TestCase("isoflop-sweep", "isoflop-sweep.jsonl")]
    public void A_stored_file_is_what_its_card_says(string card, string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, file));
        Assert.That((bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes))), Is.EqualTo(Stated(Card(card))));
    }

    [TestCase("optdigits")]
    [TestCase("iris")]
    public void The_library_holds_the_stored_table(string name)
    {
        using var resource = typeof(Tables).Assembly.GetManifestResourceStream($"datasets/{name}.csv");
        Assert.That(resource, Is.Not.Null);
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(resource!)), Is.EqualTo(Stated(Card(name)).Hash));
    }

    [Test]
    public void The_documentation_card_names_the_pinned_package()
    {
        var version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("DotnetReferenceVersion").Single().Value;
        Assert.That(Card("dotnet-documentation"), Does.Contain($"`Microsoft.NETCore.App.Ref` {version}"));
    }

    [Test]
    public void Every_card_is_listed_and_every_link_leads_somewhere()
    {
        var list = Card("README");
        var cards = Directory.GetFiles(Folder, "*.md").Select(Path.GetFileName).Where(f => f != "README.md").ToList();
        Assert.That(cards, Has.Count.EqualTo(PublicDatasets.All.Count + 5));
        foreach (var card in cards)
        {
            Assert.That(list, Does.Contain($"({card})"));
        }

        foreach (Match link in Regex.Matches(list, @"\]\(([a-z0-9-]+\.md)\)"))
        {
            Assert.That(File.Exists(Path.Combine(Folder, link.Groups[1].Value)), link.Value);
        }
    }
}
