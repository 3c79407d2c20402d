using Course.Notebooks.Execution.Confinement;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution;

/// <summary>Paths through symbolic links, against what the operating system finds at their end.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "Links need a privilege there.")]
public sealed class RealPathTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeLinks()
    {
        folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("class/source/one"));
        File.WriteAllText(folder.File("class/source/one/hidden"), "found");
        Directory.CreateDirectory(folder.File("elsewhere/deep"));
        Directory.CreateSymbolicLink(folder.File("elsewhere/door"), folder.File("class"));
        Directory.CreateSymbolicLink(folder.File("elsewhere/deep/up"), "../door");
        Directory.CreateSymbolicLink(folder.File("elsewhere/around"), "deep/up/source/../source/./one");
        Directory.CreateSymbolicLink(folder.File("egg"), "hen");
        Directory.CreateSymbolicLink(folder.File("hen"), "egg/x");
    }

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [TestCase("class/source/one")]
    [TestCase("elsewhere/door/source/one")]
    [TestCase("elsewhere/deep/up/source/one")]
    [TestCase("elsewhere/around")]
    public void Every_link_is_followed_wherever_it_stands(string path)
    {
        Assert.That(File.ReadAllText(Path.Combine(folder.File(path), "hidden")), Is.EqualTo("found"), "the system goes there");
        var real = RealPath.Of(folder.File(path));
        Assert.That(real, Is.EqualTo(Path.Combine(RealPath.Of(folder.Path), "class", "source", "one")));
        Assert.That(RealPath.Of(real), Is.EqualTo(real));
    }

    [Test]
    public void What_does_not_exist_is_below_the_real_folder_it_would_be_in() =>
        Assert.That(RealPath.Of(folder.File("elsewhere/door/new/file")), Is.EqualTo(Path.Combine(RealPath.Of(folder.Path), "class", "new", "file")));

    [TestCase("elsewhere/door", "class/source", true)]
    [TestCase("elsewhere/deep/up/source", "class/source", true)]
    [TestCase("class/source", "elsewhere/around", true)]
    [TestCase("elsewhere/deep", "class/source", false)]
    [TestCase("class/source/one", "class/source", false)]
    [TestCase("class/sour", "class/source", false)]
    public void A_folder_contains_what_its_links_lead_to(string outer, string inner, bool contains) =>
        Assert.That(RealPath.Contains(folder.File(outer), folder.File(inner)), Is.EqualTo(contains));

    [Test]
    public void A_circle_of_links_is_told_and_does_not_go_on_for_ever()
    {
        Assert.That(() => RealPath.Of(folder.File("egg/y")), Throws.InstanceOf<IOException>().With.Message.Contains("circle"));
        Assert.That(() => RealPath.Of(""), Throws.ArgumentException);
    }

    [Test]
    public void The_root_is_above_itself() => Assert.That(RealPath.Of("/../.."), Is.EqualTo("/"));
}
