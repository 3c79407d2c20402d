using System.Diagnostics;
using System.Globalization;
using Course.Notebooks.Documents;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Tests.Jupyter;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Cli;

/// <summary>
/// A session of a thousand cells in a kernel process of its own, which measures itself: its memory, and the processor's time, which
/// unlike the clock's does not depend on what else the machine does.
/// </summary>
[TestFixture]
public sealed class LongSessionTests
{
    private const int Cells = 1000;

    [Test]
    public async Task A_thousand_cells_neither_fill_the_memory_nor_slow_down()
    {
        using var folder = new TemporaryFolder();
        var notebook = NotebookDocument.Create();
        notebook.Add(CellKind.Code, """
            var total = 0;
            var times = new List<long>();
            var memory = new List<long>();
            void Mark() { times.Add(Environment.CpuUsage.TotalTime.Ticks); memory.Add(Environment.WorkingSet); }
            """);
        for (var cell = 0; cell < Cells; cell++)
        {
            notebook.Add(CellKind.Code, "Mark();\n" + (cell % 5) switch
            {
                0 => $"var v{cell} = {cell};\nv{cell}",
                1 => $"int F{cell}(int x) => x + {cell};\ntotal += F{cell}(1);",
                2 => $"record R{cell}(int X);\ntotal += new R{cell}(1).X;",
                3 => "foreach (var k in new[] { 1, 2, 3 }) total += k;",
                _ => "Console.WriteLine(total);",
            });
        }
        notebook.Add(CellKind.Code, """
            double Median(int middle) => Enumerable.Range(middle - 40, 80).Select(i => times[i + 1] - times[i]).Order().ElementAt(40);
            $"{(memory[^1] - memory[0]) >> 20} {Median(100)} {Median(959)}"
            """);
        notebook.Save(folder.File("long.ipynb"));

        var result = await CommandLine.RunAsync(folder.Path, "run", "long.ipynb", "--output", "out");

        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        var measured = NotebookDocument.Load(folder.File("out/long.ipynb")).Cells[^1].Outputs.Single().Bundle!.Data["text/plain"]
            .Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        TestContext.Out.WriteLine($"{measured[0]} MB more; the last cells take {measured[2] / measured[1]:0.00} times as long as the hundredth");
        Assert.That(measured[0], Is.LessThan(150), "megabytes");
        Assert.That(measured[2], Is.LessThan(3 * measured[1]));
    }

    [Test]
    [Platform("Linux")]
    public void Questions_about_the_code_do_not_let_the_process_grow()
    {
        using var folder = new TemporaryFolder();
        var connection = ConnectionInfo.CreateLocal();
        connection.Write(folder.File("connection.json"));
        using var process = CommandLine.Start(folder.Path, "kernel", "start", "--connection-file", folder.File("connection.json"));
        try
        {
            using var client = new ProtocolClient(connection).Subscribed();
            Ask(client, from: 0, count: 30);
            var before = Megabytes(process);
            Ask(client, from: 30, count: 90);
            var grown = Megabytes(process) - before;
            // Without giving memory back it was a third of a megabyte for each cell, besides what compiling the cells costs.
            TestContext.Out.WriteLine($"{grown} MB more");
            Assert.That(grown, Is.LessThan(45), "megabytes");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static void Ask(ProtocolClient client, int from, int count)
    {
        for (var cell = from; cell < from + count; cell++)
        {
            Assert.That(client.Run($"var v{cell} = {cell};").Reply.Succeeded, Is.True);
            Assert.That(client.Ask<CompleteReply>(client.Shell, new CompleteRequest($"v{cell}", 1)).Matches, Does.Contain($"v{cell}"));
            Assert.That(client.Ask<InspectReply>(client.Shell, new InspectRequest("Console.WriteLine", 17)).Found, Is.True);
        }
    }

    private static long Megabytes(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 >> 20;
    }
}
