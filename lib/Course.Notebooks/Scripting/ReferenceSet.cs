using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Course.Notebooks.Scripting.Services;
using Microsoft.CodeAnalysis;

namespace Course.Notebooks.Scripting;

/// <summary>
/// The assemblies that cells are compiled against. Each assembly name is added once; the compiler and the
/// <see cref="NotebookLoadContext"/> always mean the same file by it.
/// </summary>
internal sealed class ReferenceSet(NotebookLoadContext loadContext) : MetadataReferenceResolver
{
    private readonly HashSet<string> added = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, PortableExecutableReference> byPath = new(StringComparer.Ordinal);
    private volatile State state = new([.. HostAssemblies.Files.Select(Open)], 0);

    /// <summary>All references.</summary>
    public ImmutableArray<MetadataReference> All => state.All;

    /// <summary>
    /// The references that no submission has yet. A later submission inherits those of an earlier one; naming them again would
    /// cost about half a megabyte each time.
    /// </summary>
    public ImmutableArray<MetadataReference> Fresh => state.Fresh;

    /// <summary>Adds an assembly file; one that is there already, or that the host has, changes nothing.</summary>
    /// <param name="path">The assembly's full path.</param>
    /// <param name="acceptNewer">Whether a newer version that is in use already will do as well.</param>
    /// <exception cref="DirectiveException">The file is no assembly, or another assembly of this name is in use.</exception>
    public void Add(string path, bool acceptNewer = false)
    {
        var (name, version, mvid) = Identify(path);
        if (HostAssemblies.FileOf(name) is not null)
        {
            return;
        }
        if (loadContext.FindAssembly(new AssemblyName(name)) is { } inUse && inUse != path)
        {
            var other = Identify(inUse);
            if (other.Mvid != mvid && !(acceptNewer && other.Version >= version))
            {
                throw new DirectiveException(
                    $"{name} {other.Version} is already in use from {inUse}; {path} ({version}) is a different build of it. "
                    + "Restart the notebook to change over, and reference only one of the two.");
            }
            path = inUse;
        }
        if (added.Add(name))
        {
            loadContext.AddAssembly(name, path);
            loadContext.AddDependenciesOf(path);
            if (!HostAssemblies.Replaces(name))
            {
                state = state with { All = state.All.Add(Reference(path)) };
            }
        }
    }

    /// <summary>Adds a library compiled in memory, in the place of those it replaces.</summary>
    public void Replace(IReadOnlyCollection<MetadataReference> old, MetadataReference library)
    {
        // What replaces an inherited reference stands in the chain already.
        var (all, inherited) = (state.All, state.Inherited);
        var count = all.Take(inherited).Count(old.Contains);
        var rest = all.RemoveAll(old.Contains);
        state = count > 0
            ? new State(rest.Insert(inherited - count, library), inherited - count + 1)
            : new State(rest.Add(library), inherited);
    }

    /// <summary>Notes that a submission has all references there are now, and every later one inherits them.</summary>
    public void Inherit() => state = state with { Inherited = state.All.Length };

    /// <inheritdoc/>
    public override bool ResolveMissingAssemblies => true;

    /// <inheritdoc/>
    public override PortableExecutableReference? ResolveMissingAssembly(
        MetadataReference definition, AssemblyIdentity referenceIdentity)
    {
        var path = loadContext.FindAssembly(new AssemblyName(referenceIdentity.Name));
        return path is null ? null : Reference(path);
    }

    /// <inheritdoc/>
    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties) => [];

    /// <inheritdoc/>
    public override bool Equals(object? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private PortableExecutableReference Reference(string path)
    {
        if (!byPath.TryGetValue(path, out var reference))
        {
            reference = Open(path);
            byPath.Add(path, reference);
        }
        return reference;
    }

    private static PortableExecutableReference Open(string path) =>
        MetadataReference.CreateFromFile(path, documentation: new DocumentationFile(path));

    private static (string Name, Version Version, Guid Mvid) Identify(string path)
    {
        try
        {
            using var file = new PEReader(File.OpenRead(path));
            if (file.HasMetadata && file.GetMetadataReader() is { IsAssembly: true } metadata)
            {
                var assembly = metadata.GetAssemblyDefinition();
                return (metadata.GetString(assembly.Name), assembly.Version, metadata.GetGuid(metadata.GetModuleDefinition().Mvid));
            }
        }
        catch (BadImageFormatException)
        {
            // Said below, with the file's name.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DirectiveException($"{path} cannot be read: {exception.Message}");
        }
        throw new DirectiveException($"{path} is no .NET assembly.");
    }

    /// <summary>The references at one moment: other threads (completion) read them while cells add to them.</summary>
    private sealed record State(ImmutableArray<MetadataReference> All, int Inherited)
    {
        public ImmutableArray<MetadataReference> Fresh => All[Inherited..];
    }
}
