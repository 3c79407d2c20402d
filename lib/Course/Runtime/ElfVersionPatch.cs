using System.Buffers.Binary;
using System.Text;

namespace Course.Runtime;

/// <summary>
/// Makes one required symbol version of an ELF shared library optional, so that the library also loads where that version is
/// missing. The edit sets the flag <c>VER_FLG_WEAK</c> in one <c>vernaux</c> record, two bytes of the file.
/// </summary>
/// <remarks>
/// A library built with GCC 13 asks for <c>GLIBCXX_3.4.32</c> of libstdc++ although the only symbol of that version,
/// <c>_ZSt21ios_base_library_initv</c>, is never called: it only pins the version. On systems with an older libstdc++
/// (Debian 12, Ubuntu 22.04, RHEL 9) the dynamic linker refuses the whole library for it. A weak version is not checked.
/// The edit is refused unless every symbol of the version is known to be harmless and no relocation refers to it.
/// Layout: "Linux Standard Base Core Specification", chapter "Symbol Versioning"; ELF-64 Object File Format.
/// </remarks>
public static class ElfVersionPatch
{
    private const int MaximumFileSize = 256 << 20;
    private const uint SectionRela = 4;
    private const uint SectionDynamicSymbols = 11;
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const uint SectionVersionSymbols = 0x6fffffff;
    private const ushort WeakFlag = 0x2;

    /// <summary>Returns a copy of a 64-bit little-endian ELF library in which <paramref name="version"/> is optional.</summary>
    /// <param name="library">The bytes of the shared library; not changed.</param>
    /// <param name="version">The version to make optional, for example <c>GLIBCXX_3.4.32</c>.</param>
    /// <param name="harmlessSymbols">The only symbols that may carry this version.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are not such a library, the version is not required exactly once, another symbol carries it, or a relocation
    /// refers to one of its symbols.
    /// </exception>
    public static byte[] MakeOptional(ReadOnlySpan<byte> library, string version, IReadOnlyCollection<string> harmlessSymbols)
    {
        ArgumentException.ThrowIfNullOrEmpty(version);
        ArgumentNullException.ThrowIfNull(harmlessSymbols);
        var sections = ReadSections(library);
        var needs = Single(sections, SectionVersionNeeds, ".gnu.version_r");
        var versions = Single(sections, SectionVersionSymbols, ".gnu.version");
        var symbols = Single(sections, SectionDynamicSymbols, ".dynsym");

        var record = FindVersion(library, needs, sections, version);
        var index = U16(library, record + 6);
        var carriers = SymbolsOfVersion(library, versions, symbols, index);
        foreach (var symbol in carriers)
        {
            var name = Name(library, Linked(sections, symbols), U32(library, symbols.Offset + symbol * 24));
            if (!harmlessSymbols.Contains(name))
            {
                throw Refuse($"the symbol '{name}' needs {version} and is not known to be harmless");
            }
        }

        RefuseRelocationsTo(library, sections, carriers, version);

        var patched = library.ToArray();
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(patched.AsSpan(record + 4));
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(record + 4), (ushort)(flags | WeakFlag));
        return patched;
    }

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);

    private static List<Section> ReadSections(ReadOnlySpan<byte> file)
    {
        if (file.Length is < 64 or > MaximumFileSize)
        {
            throw Refuse($"a length of {file.Length} bytes is not that of a shared library");
        }

        // e_ident: magic, 64-bit class, little endian; e_type 3 = shared object.
        if (!file[..4].SequenceEqual("\u007fELF"u8) || file[4] != 2 || file[5] != 1 || U16(file, 16) != 3)
        {
            throw Refuse("it is not a 64-bit little-endian ELF shared library");
        }

        var tableOffset = Offset(file, U64(file, 40), "section table");
        var entrySize = U16(file, 58);
        var count = U16(file, 60);
        if (entrySize != 64 || count == 0 || (long)tableOffset + (long)entrySize * count > file.Length)
        {
            throw Refuse("its section table is missing or damaged");
        }

        var sections = new List<Section>(count);
        for (var i = 0; i < count; i++)
        {
            var header = tableOffset + i * entrySize;
            var type = U32(file, header + 4);
            const uint occupiesNoSpace = 8;
            if (type == occupiesNoSpace)
            {
                sections.Add(new Section(type, 0, 0, 0));
                continue;
            }

            var offset = Offset(file, U64(file, header + 24), "section");
            var size = U64(file, header + 32);
            if (size > (ulong)(file.Length - offset))
            {
                throw Refuse($"section {i} reaches beyond the end of the file");
            }

            sections.Add(new Section(type, offset, (int)size, (int)Math.Min(U32(file, header + 40), int.MaxValue)));
        }

        return sections;
    }

    /// <summary>Walks the two-level list of required versions and returns the offset of the wanted <c>vernaux</c> record.</summary>
    private static int FindVersion(ReadOnlySpan<byte> file, Section needs, List<Section> sections, string version)
    {
        var names = Linked(sections, needs);
        var end = needs.Offset + needs.Size;
        var found = -1;
        var need = needs.Offset;
        for (var steps = 0; ; steps++)
        {
            Inside(need, 16, end, steps);
            var record = Next(need, U32(file, need + 8), end);
            for (int i = 0, count = U16(file, need + 2); i < count; i++)
            {
                Inside(record, 16, end, i);
                if (Name(file, names, U32(file, record + 8)) == version)
                {
                    found = found < 0 ? record : throw Refuse($"{version} is required more than once");
                }

                record = Next(record, U32(file, record + 12), end);
            }

            var next = U32(file, need + 12);
            if (next == 0)
            {
                return found >= 0 ? found : throw Refuse($"it does not require {version}");
            }

            need = Next(need, next, end);
        }
    }

    private static HashSet<int> SymbolsOfVersion(ReadOnlySpan<byte> file, Section versions, Section symbols, ushort index)
    {
        var count = symbols.Size / 24;
        if (versions.Size / 2 != count)
        {
            throw Refuse("its symbol table and version table differ in length");
        }

        var carriers = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            const int withoutHiddenBit = 0x7fff;
            if ((U16(file, versions.Offset + 2 * i) & withoutHiddenBit) == (index & withoutHiddenBit))
            {
                carriers.Add(i);
            }
        }

        return carriers;
    }

    private static void RefuseRelocationsTo(ReadOnlySpan<byte> file, List<Section> sections, HashSet<int> symbols, string version)
    {
        foreach (var section in sections)
        {
            for (var entry = 0; section.Type == SectionRela && entry + 24 <= section.Size; entry += 24)
            {
                var symbol = U32(file, section.Offset + entry + 12);
                if (symbol <= int.MaxValue && symbols.Contains((int)symbol))
                {
                    throw Refuse($"a relocation uses a symbol of {version}");
                }
            }
        }
    }

    private static Section Single(List<Section> sections, uint type, string name)
    {
        var found = sections.Where(s => s.Type == type).ToList();
        return found.Count == 1 ? found[0] : throw Refuse($"it has {found.Count} sections {name}, not one");
    }

    private static Section Linked(List<Section> sections, Section section) =>
        section.Link < sections.Count ? sections[section.Link] : throw Refuse("a section refers to a missing string table");

    private static string Name(ReadOnlySpan<byte> file, Section names, uint offset)
    {
        if (offset >= (uint)names.Size)
        {
            throw Refuse("a name lies outside its string table");
        }

        var rest = file.Slice(names.Offset + (int)offset, names.Size - (int)offset);
        var length = rest.IndexOf((byte)0);
        return length >= 0 ? Encoding.ASCII.GetString(rest[..length]) : throw Refuse("a name has no end");
    }

    private static void Inside(int offset, int size, int end, int steps)
    {
        const int manyVersions = 10_000;
        if (offset < 0 || offset + size > end || steps > manyVersions)
        {
            throw Refuse("its list of required versions is damaged");
        }
    }

    private static int Next(int offset, uint step, int end) =>
        step <= (uint)(end - offset) ? offset + (int)step : throw Refuse("its list of required versions is damaged");

    private static int Offset(ReadOnlySpan<byte> file, ulong value, string what) =>
        value <= (ulong)file.Length ? (int)value : throw Refuse($"a {what} lies beyond the end of the file");

    private static ushort U16(ReadOnlySpan<byte> file, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file[offset..]);

    private static uint U32(ReadOnlySpan<byte> file, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(file[offset..]);

    private static ulong U64(ReadOnlySpan<byte> file, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(file[offset..]);

    private static InvalidDataException Refuse(string reason) => new($"The library was not changed: {reason}.");
}
