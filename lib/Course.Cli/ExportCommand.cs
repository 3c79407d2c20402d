using System.CommandLine;
using Course.Cli.Assistants;
using Course.Models;
using Course.Models.Formats;
using Course.Tokenization;

namespace Course.Cli;

/// <summary><c>course export</c>: writes a model of a chain in a format that other programs read.</summary>
internal static class ExportCommand
{
    private const string HuggingFaceFormat = "huggingface";
    private const string GgufFormat = "gguf";
    private const string Llama2cFormat = "llama2c";

    private static readonly Argument<string> Folder = ChainArgument.Folder();
    private static readonly Option<string> Model = ChainArgument.Model();

    private static readonly Option<string> Out = new("--out")
    {
        Description = "What is written: a new folder for huggingface, a new file for gguf and llama2c.",
        HelpName = "PATH",
        Required = true,
    };

    private static readonly Option<string> Format = new("--format")
    {
        Description = "huggingface (transformers), or for models made with --llama also gguf (llama.cpp) and llama2c.",
        DefaultValueFactory = _ => HuggingFaceFormat,
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        Format.AcceptOnlyFromAmong(HuggingFaceFormat, GgufFormat, Llama2cFormat);
        var command = new Command("export", "Write a model in a format of other programs: Hugging Face, GGUF, llama2.c.") { Folder, Model, Out, Format };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (path, format) = (arguments.GetValue(Out)!, arguments.GetValue(Format)!);
        try
        {
            var (folder, models) = ChainArgument.Find(arguments.GetValue(Folder)!, arguments.GetValue(Model));
            if (File.Exists(path) || (Directory.Exists(path) && (format != HuggingFaceFormat || Directory.EnumerateFileSystemEntries(path).Any())))
            {
                throw new ArgumentException($"'{path}' is there already and is left as it is. Name something new.");
            }

            using var model = folder.LoadModel(models[0]);
            Write(model, folder.LoadTokenizer(), path, format);
            Console.WriteLine($"{models[0]} ({model.Config.ParameterCount:N0} parameters) is in {path}");
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.BadArguments;
        }
    }

    private static void Write(Gpt model, Tokenizer tokenizer, string path, string format)
    {
        switch (format)
        {
            case GgufFormat:
                Gguf.Save(model, path, tokenizer);
                break;
            case Llama2cFormat:
                Llama2c.Save(model, path);
                break;
            default:
                HuggingFace.Save(model, path, tokenizer as BpeTokenizer);
                break;
        }
    }
}
