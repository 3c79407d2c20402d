using System.Text.Json;
using Course.Layers;
using Course.Models;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

/// <summary>
/// Whole models against what PyTorch computed: Fixtures/transformers.json, made by make_transformers.py beside it. Weights follow
/// from a formula; logits, loss and the gradient of every parameter are compared.
/// </summary>
[TestFixture]
public class TorchFixtureTests
{
    private const double Epsilon = 1e-6;

    private DisposeScope scope = null!;
    private JsonElement fixture;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        var path = Path.Combine(Repository.Root, "tests", "Course.Tests", "Fixtures", "transformers.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        fixture = document.RootElement.Clone();
    }

    [TearDown]
    public void Close() => scope.Dispose();

    [TestCase(AttentionKernel.Fused)]
    [TestCase(AttentionKernel.WrittenOut)]
    public void GPT_2_style_equals_PyTorchs_layers(AttentionKernel kernel)
    {
        using var gpt = new Gpt(
            GptConfig.Gpt2(layers: 2, heads: 2, width: 8, vocabularySize: 11, blockSize: 6) with { Attention = kernel }, device: torch.CPU);
        Compare(gpt, fixture.GetProperty("gpt2"), name =>
        {
            var parts = name.Split('.', 2);
            if (!int.TryParse(parts[0], out var layer))
            {
                return name switch
                {
                    "tokens" => new(gpt.Tokens.Weight),
                    "positions" => new((torch.Tensor)gpt.Positions.Table!),
                    "norm.weight" => new(gpt.Norm!.Weight),
                    _ => new(gpt.Norm!.Bias!),
                };
            }

            var block = gpt.Blocks[layer];
            return new(parts[1] switch
            {
                "self_attn.in_proj_weight" => block.Attention.Qkv.Weight,
                "self_attn.in_proj_bias" => block.Attention.Qkv.Bias!,
                "self_attn.out_proj.weight" => block.Attention.Output.Weight,
                "self_attn.out_proj.bias" => block.Attention.Output.Bias!,
                "linear1.weight" => block.FeedForward!.Widen.Weight,
                "linear1.bias" => block.FeedForward!.Widen.Bias!,
                "linear2.weight" => block.FeedForward!.Narrow.Weight,
                "linear2.bias" => block.FeedForward!.Narrow.Bias!,
                "norm1.weight" => block.AttentionNorm.Weight,
                "norm1.bias" => block.AttentionNorm.Bias!,
                "norm2.weight" => block.FeedForwardNorm.Weight,
                "norm2.bias" => block.FeedForwardNorm.Bias!,
                _ => throw new AssertionException(name),
            });
        });
    }

    [TestCase(AttentionKernel.Fused)]
    [TestCase(AttentionKernel.WrittenOut)]
    public void Llama_style_equals_plain_operations_in_Hugging_Faces_conventions(AttentionKernel kernel)
    {
        const int Heads = 4, Shared = 2, HeadDim = 2;
        var config = GptConfig.Llama(
            11, layers: 2, heads: Heads, width: 8, keyValueHeads: Shared, feedForwardWidth: 12, blockSize: 6, tieWeights: false, rotaryBase: 500, normEpsilon: Epsilon);
        using var gpt = new Gpt(config with { Attention = kernel }, device: torch.CPU);
        Compare(gpt, fixture.GetProperty("llama"), name =>
        {
            var parts = name.Split('.', 2);
            if (!int.TryParse(parts[0], out var layer))
            {
                return name switch
                {
                    "tokens" => new(gpt.Tokens.Weight),
                    "norm" => new(gpt.Norm!.Weight),
                    _ => new(gpt.HeadWeight),
                };
            }

            var block = gpt.Blocks[layer];
            var qkv = block.Attention.Qkv.Weight;
            return parts[1] switch
            {
                "q" => new(qkv, 0, Heads * HeadDim, Heads),
                "k" => new(qkv, Heads * HeadDim, Shared * HeadDim, Shared),
                "v" => new(qkv, (Heads + Shared) * HeadDim, Shared * HeadDim),
                "o" => new(block.Attention.Output.Weight),
                "gate" => new(block.FeedForward!.Gate!.Weight),
                "up" => new(block.FeedForward!.Widen.Weight),
                "down" => new(block.FeedForward!.Narrow.Weight),
                "attention_norm" => new(block.AttentionNorm.Weight),
                "mlp_norm" => new(block.FeedForwardNorm.Weight),
                _ => throw new AssertionException(name),
            };
        });
    }

    // Where a parameter of the fixture lives: a tensor of ours, or some of its rows; heads > 0 when the rows are paired by halves there.
    private sealed record Place(torch.Tensor Parameter, long First = 0, long? Count = null, int Heads = 0)
    {
        public void Write(torch.Tensor values)
        {
            using var noGrad = torch.no_grad();
            Parameter.narrow(0, First, Count ?? Parameter.shape[0]).copy_(Heads > 0 ? Rotary.FromHalves(values, Heads) : values);
        }

        public double[] Gradient()
        {
            var rows = Parameter.grad!.narrow(0, First, Count ?? Parameter.shape[0]);
            return [.. (Heads > 0 ? Rotary.ToHalves(rows, Heads) : rows).contiguous().data<float>().ToArray().Select(x => (double)x)];
        }
    }

    private void Compare(Gpt gpt, JsonElement expected, Func<string, Place> placeOf)
    {
        var parameters = expected.GetProperty("parameters").EnumerateArray().ToList();
        Assert.That(
            parameters.Sum(p => p.GetProperty("shape").EnumerateArray().Aggregate(1L, (a, b) => a * b.GetInt64())),
            Is.EqualTo(gpt.Config.ParameterCount), "the fixture names every parameter");
        foreach (var (i, parameter) in parameters.Index())
        {
            var shape = parameter.GetProperty("shape").EnumerateArray().Select(x => x.GetInt64()).ToArray();
            var around = parameter.GetProperty("around").GetDouble();
            var values = Enumerable.Range(1, (int)shape.Aggregate((a, b) => a * b))
                .Select(j => (float)(around + (0.3 * Math.Sin(0.37 * (i + 1) * j)))).ToArray();
            placeOf(parameter.GetProperty("name").GetString()!).Write(torch.tensor(values, shape, device: torch.CPU));
        }

        long[] rows = [fixture.GetProperty("batch").GetInt64(), fixture.GetProperty("time").GetInt64()];
        var tokens = torch.tensor(Numbers("tokens"), rows, device: torch.CPU);
        var logits = expected.GetProperty("logits").EnumerateArray().Select(x => x.GetSingle()).ToArray();
        TensorAssert.Near(gpt.Logits(tokens), torch.tensor(logits, [.. rows, gpt.VocabularySize], device: torch.CPU), 1e-5);
        var loss = gpt.Loss(tokens, torch.tensor(Numbers("targets"), rows, device: torch.CPU));
        Assert.That(loss.item<float>(), Is.EqualTo(expected.GetProperty("loss").GetDouble()).Within(1e-6));
        loss.backward();
        foreach (var parameter in parameters)
        {
            var name = parameter.GetProperty("name").GetString()!;
            var gradient = placeOf(name).Gradient();
            var length = Math.Sqrt(gradient.Sum(g => g * g));
            var along = gradient.Select((g, j) => g * Math.Cos(j + 1)).Sum();
            Assert.That(length, Is.EqualTo(parameter.GetProperty("gradientLength").GetDouble()).Within(1e-5), name);
            Assert.That(along, Is.EqualTo(parameter.GetProperty("gradientAlongCosine").GetDouble()).Within(1e-5), name);
        }

        long[] Numbers(string name) => [.. fixture.GetProperty(name).EnumerateArray().Select(x => x.GetInt64())];
    }
}
