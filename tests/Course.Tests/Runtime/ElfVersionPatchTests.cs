using System.Buffers.Binary;
using System.Text;
using Course.Runtime;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Runtime;

[TestFixture]
public class ElfVersionPatchTests
{
    private const string Version = "LIB_2";
    private static readonly string[] Harmless = ["init"];

    [Test]
    public void Only_the_weak_flag_of_the_wanted_version_changes()
    {
        var library = TinyElf.Build();
        var patched = ElfVersionPatch.MakeOptional(library, Version, Harmless);

        var changed = Enumerable.Range(0, library.Length).Where(i => library[i] != patched[i]).ToArray();
        Assert.That(changed, Is.EqualTo(new[] { TinyElf.FlagsOf(Version) }));
        Assert.That(patched[changed[0]], Is.EqualTo(2));
    }

    [Test]
    public void Patching_twice_changes_nothing_more()
    {
        var once = ElfVersionPatch.MakeOptional(TinyElf.Build(), Version, Harmless);
        Assert.That(ElfVersionPatch.MakeOptional(once, Version, Harmless), Is.EqualTo(once));
    }

    [Test]
    public void A_version_that_is_not_required_is_refused() =>
        Refused(TinyElf.Build(), "LIB_9", "does not require LIB_9");

    [Test]
    public void A_symbol_that_is_not_known_to_be_harmless_is_refused() =>
        Assert.That(
            () => ElfVersionPatch.MakeOptional(TinyElf.Build(), Version, []),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("'init'"));

    [Test]
    public void A_relocation_that_uses_the_symbol_is_refused() =>
        Refused(TinyElf.Build(relocatedSymbol: 2), Version, "relocation");

    [Test]
    public void A_relocation_of_another_symbol_does_not_matter() =>
        Assert.That(() => ElfVersionPatch.MakeOptional(TinyElf.Build(relocatedSymbol: 1), Version, Harmless), Throws.Nothing);

    [TestCase(4, (byte)1, TestName = "32-bit class is refused")]
    [TestCase(5, (byte)2, TestName = "Big endian is refused")]
    [TestCase(0, (byte)'M', TestName = "Wrong magic is refused")]
    [TestCase(16, (byte)2, TestName = "An executable is refused")]
    public void What_is_no_64_bit_little_endian_library_is_refused(int offset, byte value)
    {
        var library = TinyElf.Build();
        library[offset] = value;
        Refused(library, Version, "not a 64-bit little-endian ELF shared library");
    }

    [Test]
    public void Every_truncation_is_refused_with_the_right_exception()
    {
        var library = TinyElf.Build();
        for (var length = 0; length < library.Length; length++)
        {
            var part = library[..length];
            Assert.That(() => ElfVersionPatch.MakeOptional(part, Version, Harmless), Throws.InstanceOf<InvalidDataException>(), $"{length} bytes");
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 2_000)]
    public Property Damaged_bytes_never_cause_anything_but_a_refusal(int position, byte value) =>
        Prop.ToProperty(Survives(position, value));

    private static bool Survives(int position, byte value)
    {
        var library = TinyElf.Build();
        library[(int)((uint)position % (uint)library.Length)] = value;
        try
        {
            var patched = ElfVersionPatch.MakeOptional(library, Version, Harmless);
            return patched.Zip(library).Count(pair => pair.First != pair.Second) <= 1;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static void Refused(byte[] library, string version, string reason) =>
        Assert.That(
            () => ElfVersionPatch.MakeOptional(library, version, Harmless),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains(reason));

    /// <summary>
    /// The smallest library with versioned symbols: "call" needs LIB_1, "init" needs LIB_2; every section written by hand.
    /// </summary>
    private static class TinyElf
    {
        private const int Needs = 64;
        private const int Versions = Needs + 48;
        private const int Symbols = Versions + 8;
        private const int Relocations = Symbols + 72;
        private const int Names = Relocations + 24;
        private const int Headers = Names + 40;

        public static int FlagsOf(string version) => Needs + (version == "LIB_1" ? 16 : 32) + 4;

        public static byte[] Build(uint relocatedSymbol = 0)
        {
            var file = new byte[Headers + 6 * 64];
            var names = "\0lib.so\0LIB_1\0LIB_2\0call\0init\0";
            Encoding.ASCII.GetBytes(names).CopyTo(file, Names);
            uint At(string name) => (uint)names.IndexOf("\0" + name + "\0", StringComparison.Ordinal) + 1;

            "\u007fELF"u8.CopyTo(file);
            file[4] = 2;
            file[5] = 1;
            U16(16, 3);
            U64(40, Headers);
            U16(58, 64);
            U16(60, 6);

            // verneed: version, count, file, first auxiliary record, next; vernaux: hash, flags, index, name, next.
            U16(Needs, 1);
            U16(Needs + 2, 2);
            U32(Needs + 4, At("lib.so"));
            U32(Needs + 8, 16);
            Auxiliary(Needs + 16, index: 2, At("LIB_1"), next: 16);
            Auxiliary(Needs + 32, index: 3, At("LIB_2"), next: 0);

            U16(Versions + 2, 2);
            U16(Versions + 4, 3);
            U32(Symbols + 24, At("call"));
            U32(Symbols + 48, At("init"));
            U32(Relocations + 12, relocatedSymbol);

            Section(1, 0x6ffffffe, Needs, 48, link: 5);
            Section(2, 0x6fffffff, Versions, 6, link: 3);
            Section(3, 11, Symbols, 72, link: 5);
            Section(4, 4, Relocations, 24, link: 3);
            Section(5, 3, Names, 40, link: 0);
            return file;

            void Auxiliary(int offset, ushort index, uint name, uint next)
            {
                U16(offset + 6, index);
                U32(offset + 8, name);
                U32(offset + 12, next);
            }

            void Section(int number, uint type, int offset, int size, uint link)
            {
                var header = Headers + number * 64;
                U32(header + 4, type);
                U64(header + 24, (ulong)offset);
                U64(header + 32, (ulong)size);
                U32(header + 40, link);
            }

            void U16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);
            void U32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);
            void U64(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
        }
    }
}
