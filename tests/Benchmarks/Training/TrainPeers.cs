using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Course.Layers;

namespace Course.Benchmarks.Training;

/// <summary>Starts the programs of others that train the same model on the same tokens.</summary>
internal static class TrainPeers
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Training", "Peers");

    /// <summary>PyTorch in eager mode.</summary>
    /// <param name="python">A Python that has it.</param>
    /// <param name="shape">What is trained.</param>
    /// <param name="threads">With how many threads.</param>
    /// <param name="tokens">The text.</param>
    /// <param name="folder">For the settings.</param>
    public static ProcessStartInfo Torch(string python, TrainShape shape, int threads, string tokens, string folder)
    {
        var (config, settings) = (shape.Config, Path.Combine(folder, shape.Name + ".json"));
        File.WriteAllText(settings, JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["vocabulary"] = config.VocabularySize,
            ["layers"] = config.Layers,
            ["heads"] = config.Heads,
            ["width"] = config.Width,
            ["time"] = config.BlockSize,
            ["batch"] = shape.BatchSize,
            ["bias"] = config.Bias,
            ["tanh"] = config.Activation == Activation.GeluTanh,
            ["threads"] = threads,
            ["tokens"] = tokens,
        }));
        return new ProcessStartInfo(python, [Path.Combine(Folder, "train_peer.py"), settings]);
    }

    /// <summary>Builds llm.c with a main program of ours.</summary>
    /// <param name="checkout">The folder of llm.c.</param>
    /// <param name="folder">Where the program shall lie.</param>
    /// <returns>The program.</returns>
    /// <exception cref="InvalidOperationException">It cannot be built; the message holds what the compiler said.</exception>
    public static string BuildLlmC(DirectoryInfo checkout, string folder)
    {
        var program = Path.Combine(folder, "llmc");
        var start = new ProcessStartInfo("gcc",
        [
            "-O3", "-march=native", "-ffast-math", "-fno-finite-math-only", "-fopenmp", "-DOMP", "-w",
            $"-I{checkout.FullName}", Path.Combine(Folder, "llmc_driver.c"), "-lm", "-o", program,
        ])
        {
            RedirectStandardError = true,
        };
        using var compiler = Process.Start(start) ?? throw new InvalidOperationException("gcc does not start.");
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"llm.c could not be built: {errors}");
    }

    /// <summary>llm.c's training.</summary>
    /// <param name="program">From <see cref="BuildLlmC"/>.</param>
    /// <param name="shape">What is trained; it always has biases and the tanh approximation of GELU.</param>
    /// <param name="threads">With how many threads.</param>
    /// <param name="tokens">The text.</param>
    /// <param name="folder">For its weights.</param>
    public static ProcessStartInfo LlmC(string program, TrainShape shape, int threads, string tokens, string folder)
    {
        var config = shape.Config;
        int[] numbers = [config.Layers, config.Heads, config.Width, config.BlockSize, config.VocabularySize, shape.BatchSize];
        var start = new ProcessStartInfo(
            program, [.. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)), tokens, Path.Combine(folder, shape.Name + ".llmc")]);
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        return start;
    }
}
