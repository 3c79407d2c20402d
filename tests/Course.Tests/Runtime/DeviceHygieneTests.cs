using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NUnit.Framework;

namespace Course.Tests.Runtime;

/// <summary>
/// A tensor made without a device lands on the CPU and fails on the first machine with a GPU, which the tests' machine may not
/// have. So the library's source is read: every call that makes a tensor or a layer from nothing names its device.
/// </summary>
[TestFixture]
public class DeviceHygieneTests
{
    private static readonly HashSet<string> TensorFactories =
    [
        "zeros", "ones", "empty", "full", "rand", "randn", "randint", "randperm", "arange", "linspace", "logspace", "eye", "tensor",
        "from_array", "as_tensor", "tril_indices", "triu_indices", "empty_strided", "frombuffer", "hann_window", "normal",
    ];

    private static readonly HashSet<string> LayerFactories =
    [
        "Linear", "Embedding", "LayerNorm", "RMSNorm", "Bilinear", "Conv1d", "Conv2d", "ConvTranspose2d", "BatchNorm1d", "BatchNorm2d",
        "GroupNorm", "LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell", "MultiheadAttention",
        "TransformerEncoderLayer", "TransformerDecoderLayer", "Transformer",
    ];

    [Test]
    public void Every_tensor_of_the_library_is_made_on_a_named_device()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "lib", "Course"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .ToList();
        Assert.That(files, Is.Not.Empty);

        var offences = files.SelectMany(file => Offences(File.ReadAllText(file))
            .Select(offence => $"{Path.GetRelativePath(Repository.Root, file)}{offence}"));
        Assert.That(offences, Is.Empty);
    }

    [TestCase("torch.zeros(3);", true)]
    [TestCase("torch.zeros(3, device: device);", false)]
    [TestCase("torch.zeros(3, dtype: x.dtype, device: x.device);", false)]
    [TestCase("zeros([2, 2]);", true)]
    [TestCase("torch.nn.Linear(3, 4);", true)]
    [TestCase("nn.Linear(3, 4, device: device);", false)]
    [TestCase("torch.zeros_like(x);", false)]
    [TestCase("x.normal_(0, 1);", false)]
    [TestCase("generator.tensor(3);", false)]
    [TestCase("torch.tensor(values).to(device);", true)]
    public void The_reader_of_the_source_tells_good_calls_from_bad_ones(string statement, bool isOffence) =>
        Assert.That(Offences($"class C {{ void M() {{ {statement} }} }}").Any(), Is.EqualTo(isOffence));

    private static IEnumerable<string> Offences(string source)
    {
        var root = CSharpSyntaxTree.ParseText(source).GetRoot();
        foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (MakesATensor(call.Expression) && call.ArgumentList.Arguments.All(a => a.NameColon?.Name.Identifier.Text != "device"))
            {
                yield return $":{call.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {call}";
            }
        }
    }

    private static bool MakesATensor(ExpressionSyntax called) => called switch
    {
        IdentifierNameSyntax plain => TensorFactories.Contains(plain.Identifier.Text),
        MemberAccessExpressionSyntax { Expression: var owner, Name.Identifier.Text: var name } => owner.ToString() switch
        {
            "torch" => TensorFactories.Contains(name),
            "nn" or "torch.nn" => LayerFactories.Contains(name),
            _ => false,
        },
        _ => false,
    };
}
