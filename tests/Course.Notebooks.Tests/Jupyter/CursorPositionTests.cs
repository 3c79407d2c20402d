using Course.Notebooks.Jupyter.Server;
using FsCheck;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

[TestFixture]
public sealed class CursorPositionTests
{
    [TestCase("", 0, 0)]
    [TestCase("abc", 2, 2)]
    [TestCase("a🙂b", 1, 1)]
    [TestCase("a🙂b", 2, 3)]
    [TestCase("a🙂b", 3, 4)]
    [TestCase("a🙂b", 99, 4)]
    [TestCase("a🙂b", -1, 0)]
    public void Code_points_become_code_units(string text, int codePoints, int units) =>
        Assert.That(CursorPosition.ToUtf16(text, codePoints), Is.EqualTo(units));

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool There_and_back_is_the_same_place(NonNull<string> text, bool[] astral, NonNegativeInt place)
    {
        var mixed = string.Concat(text.Get.Zip(astral.Concat(Enumerable.Repeat(false, text.Get.Length)), (c, b) => b ? "\U0001D54F" : c.ToString()));
        var count = mixed.EnumerateRunes().Count();
        var position = place.Get % (count + 1);
        return CursorPosition.ToCodePoints(mixed, CursorPosition.ToUtf16(mixed, position)) == position;
    }
}
