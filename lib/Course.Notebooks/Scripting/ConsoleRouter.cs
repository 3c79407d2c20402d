using System.Globalization;
using System.Text;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Replaces the process's console by one that sends each text to the cell whose code wrote it, and asks that cell's user for
/// input. Code outside every cell keeps the console the process started with.
/// </summary>
internal static class ConsoleRouter
{
    private static readonly Lock Gate = new();
    private static readonly TextWriter OriginalOut = Console.Out;
    private static readonly TextWriter OriginalError = Console.Error;
    private static TextWriter? routedOut;
    private static TextWriter? routedError;
    private static TextReader? routedIn;

    /// <summary>
    /// Puts the routers in place. Called before every cell, because a cell may redirect the console and then throw before it
    /// undoes that.
    /// </summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (!ReferenceEquals(Console.Out, routedOut))
            {
                Console.SetOut(new Router("stdout", OriginalOut));
                routedOut = Console.Out;
            }
            if (!ReferenceEquals(Console.Error, routedError))
            {
                Console.SetError(new Router("stderr", OriginalError));
                routedError = Console.Error;
            }
            if (!ReferenceEquals(Console.In, routedIn))
            {
                Console.SetIn(new Asker());
                routedIn = Console.In;
            }
        }
    }

    private sealed class Router : TextWriter
    {
        private readonly string stream;
        private readonly TextWriter outsideCells;

        public Router(string stream, TextWriter outsideCells)
            : base(CultureInfo.InvariantCulture)
        {
            this.stream = stream;
            this.outsideCells = outsideCells;
            CoreNewLine = ['\n'];
        }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write([value]);

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(ReadOnlySpan<char> buffer)
        {
            if (CellContext.Current is { } cell)
            {
                cell.Output.Write(stream, buffer);
            }
            else
            {
                outsideCells.Write(buffer);
            }
        }

        // In one piece, so that lines of different threads do not mix.
        public override void WriteLine(string? value) => Write(value + "\n");

        public override void WriteLine(ReadOnlySpan<char> buffer) => Write(string.Concat(buffer, "\n"));

        public override void WriteLine(char[] buffer, int index, int count) => WriteLine(buffer.AsSpan(index, count));
    }

    private sealed class Asker : TextReader
    {
        private string line = "";
        private int position;

        public override string ReadLine()
        {
            if (position < line.Length)
            {
                var rest = line[position..].TrimEnd('\n');
                position = line.Length;
                return rest;
            }
            return Ask();
        }

        public override int Read()
        {
            var next = Peek();
            position++;
            return next;
        }

        public override int Peek()
        {
            if (position >= line.Length)
            {
                line = Ask() + "\n";
                position = 0;
            }
            return line[position];
        }

        // Console input has no end that a program could wait for: one answer is all of it.
        public override string ReadToEnd() => ReadLine();

        private static string Ask() =>
            CellContext.Required.AskAsync(new InputRequest("", IsPassword: false)).ConfigureAwait(false).GetAwaiter().GetResult();
    }
}
