using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Course.Notebooks.Execution;
using Course.Notebooks.Kernels;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Notebooks.Grading;

/// <summary>
/// Stands between the executor and the kernel and sees for itself which tests ran to their end. To each cell of tests it adds
/// a last line that prints a token: random, made for this run of this cell, and unknown to the kernel until the cell is sent.
/// No token, no points: neither a printed "passed" nor a kernel that died counts, and the notebook shows nothing of it.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="tests">The numbers of the cells of tests among the code cells, from 1, with their names.</param>
internal sealed class TestWitness(IKernelClient kernel, IReadOnlyDictionary<int, string> tests) : IKernelClient, IRunObserver
{
    private readonly ConcurrentDictionary<string, double?> ended = new(StringComparer.Ordinal);
    private int current;

    /// <summary>The tests that ran to their end; the number is what the cell gave itself as its last value, for partial credit.</summary>
    public IReadOnlyDictionary<string, double?> Ended => ended;

    /// <inheritdoc/>
    public async Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output)
    {
        if (!tests.TryGetValue(current, out var name))
        {
            return await kernel.ExecuteAsync(code, output).ConfigureAwait(false);
        }
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var filter = new TokenFilter(output, token);
        var reply = await kernel.ExecuteAsync(AddToken(code, token), filter).ConfigureAwait(false);
        filter.Flush();
        if (reply.Succeeded && filter.Said is { } said)
        {
            if (said.Length == 0)
            {
                ended[name] = null;
            }
            else if (double.TryParse(said, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            {
                ended[name] = value;
            }
        }
        return reply;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default) => kernel.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task InterruptAsync() => kernel.InterruptAsync();

    /// <inheritdoc/>
    public Task KillAsync() => kernel.KillAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => kernel.DisposeAsync();

    /// <inheritdoc/>
    public void NotebookStarted(string path, int codeCells)
    {
    }

    /// <inheritdoc/>
    public void CellStarted(int number, string firstLine) => current = number;

    /// <inheritdoc/>
    public void CellFinished(CellReport cell)
    {
    }

    /// <inheritdoc/>
    public void NotebookFinished(NotebookReport notebook)
    {
    }

    /// <summary>The code with a line that prints the token, behind it the cell's last value if that is a number.</summary>
    internal static string AddToken(string code, string token)
    {
        var tree = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Preview, kind: SourceCodeKind.Script));
        if (tree.GetCompilationUnitRoot().Members.LastOrDefault() is not GlobalStatementSyntax
            { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true, Expression: var value } })
        {
            return $"{code}\n;global::System.Console.WriteLine(\"{token}\");";
        }
        // The value is held, told as a number where it is one, and then shown as the cell would have shown it.
        var name = "value_" + token;
        return $"{code[..value.SpanStart]}var {name} = {code[value.SpanStart..]}\n;"
            + $"global::System.Console.WriteLine(\"{token}\" + ((object){name} is double or float or decimal or int or long"
            + $" ? ((global::System.IConvertible)(object){name}).ToString(global::System.Globalization.CultureInfo.InvariantCulture) : \"\"));\n{name}";
    }

    /// <summary>Passes output on and keeps the line of the token to itself, in however many pieces it comes.</summary>
    private sealed class TokenFilter(IKernelOutput output, string token) : IKernelOutput
    {
        private readonly Lock gate = new();
        private readonly StringBuilder held = new();
        private bool over;

        /// <summary>What followed the token on its line; <see langword="null"/> as long as it did not come.</summary>
        public string? Said { get; private set; }

        public void Stream(string name, string text)
        {
            lock (gate)
            {
                if (name != "stdout" || Said is not null || over)
                {
                    output.Stream(name, text);
                    return;
                }
                held.Append(text);
                var all = held.ToString();
                var start = all.IndexOf(token, StringComparison.Ordinal);
                var end = start < 0 ? -1 : all.IndexOf('\n', start);
                if (end >= 0)
                {
                    Said = all[(start + token.Length)..end].TrimEnd('\r');
                }
                var passed = start < 0 ? all[..^Held(all)] : end < 0 ? all[..start] : all[..start] + all[(end + 1)..];
                held.Clear().Append(start < 0 ? all[passed.Length..] : end < 0 ? all[start..] : "");
                output.Stream(name, passed);
            }
        }

        /// <summary>The cell is over: what might have become the token is ordinary text.</summary>
        public void Flush()
        {
            lock (gate)
            {
                over = true;
                output.Stream("stdout", held.ToString());
                held.Clear();
            }
        }

        public void Display(MimeBundle bundle, string? displayId = null) => output.Display(bundle, displayId);

        public void UpdateDisplay(MimeBundle bundle, string displayId) => output.UpdateDisplay(bundle, displayId);

        public void ClearOutput(bool wait) => output.ClearOutput(wait);

        public void Page(MimeBundle bundle) => output.Page(bundle);

        // How many of the last characters may be the token's beginning.
        private int Held(string text)
        {
            for (var length = Math.Min(token.Length - 1, text.Length); length > 0; length--)
            {
                if (text.EndsWith(token[..length], StringComparison.Ordinal))
                {
                    return length;
                }
            }
            return 0;
        }
    }
}
