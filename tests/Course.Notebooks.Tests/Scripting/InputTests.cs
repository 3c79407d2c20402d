using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class InputTests : SessionFixture
{
    private readonly List<InputRequest> asked = [];

    [TestCase("Console.ReadLine()")]
    [TestCase("Console.Read()")]
    [TestCase("await GetInputAsync(\"Your name?\")")]
    [TestCase("await GetPasswordAsync(\"Your secret?\")")]
    public async Task Without_anyone_to_answer_input_fails_at_once(string code)
    {
        var error = await FailAsync(code);
        Assert.That(error.Name, Is.EqualTo("System.InvalidOperationException"));
        Assert.That(error.Value, Does.Contain("without anyone to answer"));
        Assert.That(error.Line, Is.EqualTo(1));
    }

    [TestCase("Console.ReadLine()", "answer", "", false)]
    [TestCase("Console.In.ReadToEnd()", "answer", "", false)]
    [TestCase("\"\" + (char)Console.Read() + Console.ReadLine()", "answer", "", false)]
    [TestCase("await GetInputAsync(\"Name?\")", "answer", "Name?", false)]
    [TestCase("await GetInputAsync(\"Name?\", \"password\")", "answer", "Name?", true)]
    [TestCase("(await GetPasswordAsync(\"Key?\")).GetClearTextPassword()", "answer", "Key?", true)]
    [TestCase("(await GetPasswordAsync(\"Key?\")).ToString()", "\u25cf\u25cf\u25cf\u25cf\u25cf\u25cf", "Key?", true)]
    public async Task Input_is_asked_of_the_user(string code, string expected, string prompt, bool isPassword)
    {
        asked.Clear();
        await using var session = new CSharpSession(new CSharpSessionOptions(Folder));
        var reply = await session.ExecuteAsync(code, Output, new Person(AnswerAsync));
        Assert.That(reply.Error, Is.Null);
        Assert.That(reply.Result!.Data["text/plain"], Is.EqualTo(expected));
        Assert.That(asked, Is.EqualTo(new[] { new InputRequest(prompt, isPassword) }));
    }

    [Test]
    public async Task Waiting_for_an_answer_can_be_interrupted()
    {
        using var interrupt = new CancellationTokenSource();
        await using var session = new CSharpSession(new CSharpSessionOptions(Folder));
        var silent = new Person(async (_, token) =>
        {
            interrupt.CancelAfter(50);
            await Task.Delay(Timeout.Infinite, token);
            return "";
        });
        var reply = await session.ExecuteAsync("Console.ReadLine()", Output, silent, interrupt.Token).WaitAsync(Patience.Long);
        Assert.That(reply.Error!.Value, Does.Contain("interrupted"));
    }

    private async Task<string> AnswerAsync(InputRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        asked.Add(request);
        return "answer";
    }

    private sealed class Person(Func<InputRequest, CancellationToken, Task<string>> answer) : IKernelInput
    {
        public Task<string> AskAsync(InputRequest request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
