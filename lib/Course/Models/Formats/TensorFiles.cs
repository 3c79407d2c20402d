using System.Text.Json;
using TorchSharp;

namespace Course.Models.Formats;

/// <summary>The tensors of a folder: in <c>model.safetensors</c>, or in several files that <c>model.safetensors.index.json</c> lists.</summary>
internal sealed class TensorFiles : IDisposable
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = SingleFile + ".index.json";

    private readonly Dictionary<string, Safetensors> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Safetensors> places = new(StringComparer.Ordinal);

    private TensorFiles()
    {
    }

    public IReadOnlyCollection<string> Names => places.Keys;

    /// <summary>How many numbers there are, in all tensors together.</summary>
    public long Count => places.Sum(place => place.Value.Header.Entries[place.Key].Count);

    /// <exception cref="FileNotFoundException">The folder holds neither.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the index names a file outside the folder or a tensor that is not there.</exception>
    public static TensorFiles Open(string directory)
    {
        var result = new TensorFiles();
        try
        {
            if (File.Exists(Path.Combine(directory, IndexFile)))
            {
                result.OpenShards(directory);
            }
            else
            {
                var file = result.Open(directory, SingleFile);
                foreach (var name in file.Header.Entries.Keys)
                {
                    result.places.Add(name, file);
                }
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    public IReadOnlyList<long> ShapeOf(string name) => places[name].Header.Entries[name].Shape;

    public torch.Tensor Read(string name) => places[name].Read(name, torch.CPU);

    public void Dispose()
    {
        foreach (var file in files.Values)
        {
            file.Dispose();
        }
    }

    private void OpenShards(string directory)
    {
        var path = Path.Combine(directory, IndexFile);
        var settings = JsonSettings.Read(path);
        var map = settings.Object("weight_map") ?? throw settings.Error("it has no 'weight_map'.");
        foreach (var entry in map.EnumerateObject())
        {
            var fileName = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
            // A file of this folder, not one somewhere else on the machine.
            if (fileName.Length == 0 || fileName is "." or ".." || fileName.AsSpan().IndexOfAny('/', '\\', ':') >= 0)
            {
                throw settings.Error($"'{entry.Name}' lies in '{fileName}', which is no name of a file in the same folder.");
            }

            if (!files.TryGetValue(fileName, out var file))
            {
                file = Open(directory, fileName);
            }

            if (!file.Header.Entries.ContainsKey(entry.Name))
            {
                throw settings.Error($"'{fileName}' holds no tensor '{entry.Name}'.");
            }

            places[entry.Name] = file;
        }
    }

    private Safetensors Open(string directory, string fileName)
    {
        var file = Safetensors.Open(Path.Combine(directory, fileName));
        files.Add(fileName, file);
        return file;
    }
}
