using Course.Layers;
using FsCheck.Fluent;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Layers.ModuleParity;

namespace Course.Tests.Layers;

[TestFixture]
public class RecurrentTests
{
    private DisposeScope scope = null!;
    private Initialization init = null!;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        init = new Initialization(1, torch.CPU, 0.4);
    }

    [TearDown]
    public void Close()
    {
        init.Dispose();
        scope.Dispose();
    }

    [Test]
    public void A_stack_equals_torchs_with_the_same_weights([Values] RecurrentKind kind, [Values(1, 3)] int layers)
    {
        using var ours = new RecurrentStack(kind, 5, 7, layers, init);
        Randomise(ours);
        using torch.nn.Module theirs = kind switch
        {
            RecurrentKind.Lstm => torch.nn.LSTM(5, 7, layers, batchFirst: true, device: torch.CPU),
            RecurrentKind.Gru => torch.nn.GRU(5, 7, layers, batchFirst: true, device: torch.CPU),
            _ => torch.nn.RNN(5, 7, layers, torch.nn.NonLinearities.Tanh, batchFirst: true, device: torch.CPU),
        };
        var parameters = ours.Cells.SelectMany((cell, i) => new (torch.Tensor Ours, torch.Tensor Theirs)[]
        {
            (cell.Inputs.Weight, Named(theirs, $"weight_ih_l{i}")), (cell.Hidden.Weight, Named(theirs, $"weight_hh_l{i}")),
            (cell.Inputs.Bias!, Named(theirs, $"bias_ih_l{i}")), (cell.Hidden.Bias!, Named(theirs, $"bias_hh_l{i}")),
        }).ToList();
        Assert.That(parameters, Has.Count.EqualTo(ours.parameters().Count()));
        CopyAll(parameters);
        var input = TensorAssert.Random(2, 3, 6, 5);
        var (a, b) = (input.clone().requires_grad_(), input.clone().requires_grad_());
        var (outputs, last) = ours.Run(a);
        var expected = theirs switch
        {
            TorchSharp.Modules.LSTM lstm => lstm.call(b, null).Item1,
            TorchSharp.Modules.GRU gru => gru.call(b, null).Item1,
            TorchSharp.Modules.RNN rnn => rnn.call(b, null).Item1,
            _ => throw new AssertionException("no such module"),
        };
        Compare(outputs, expected, parameters.Append((a, b)));
        TensorAssert.Same(last[^1].Hidden, outputs.select(1, -1));
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public FsCheck.Property The_fast_form_equals_the_readable_one() => Prop.ForAll(
        (from kind in Gen.Elements(Enum.GetValues<RecurrentKind>())
         from batch in Gen.Choose(1, 4)
         from time in Gen.Choose(1, 9)
         from inputs in Gen.Choose(1, 6)
         from hidden in Gen.Choose(1, 6)
         from seed in Gen.Choose(0, 1000)
         select (kind, batch, time, inputs, hidden, seed)).ToArbitrary(),
        x =>
        {
            using var inner = torch.NewDisposeScope();
            using var cell = RecurrentCell.Create(x.kind, x.inputs, x.hidden, init);
            Randomise(cell);
            var input = TensorAssert.Random(x.seed, x.batch, x.time, x.inputs);
            var isReal = TensorAssert.Random(x.seed + 1, x.batch, x.time) > -0.5;
            var start = new RecurrentState(
                TensorAssert.Random(5, x.batch, x.hidden), x.kind == RecurrentKind.Lstm ? TensorAssert.Random(6, x.batch, x.hidden) : null);
            foreach (var mask in new[] { null, isReal })
            {
                var fast = cell.Run(input, start, mask);
                cell.zero_grad();
                fast.Outputs.square().sum().backward();
                var gradients = cell.parameters().Select(p => p.grad!.clone()).ToList();
                var readable = cell.RunStepByStep(input, start, mask);
                cell.zero_grad();
                readable.Outputs.square().sum().backward();
                TensorAssert.Near(fast.Outputs, readable.Outputs, 1e-6);
                TensorAssert.Near(fast.Last.Hidden, readable.Last.Hidden, 1e-6);
                foreach (var (p, gradient) in cell.parameters().Zip(gradients))
                {
                    TensorAssert.Near(p.grad!, gradient, 1e-4);
                }
            }
        });

    [Test]
    public void Steps_are_the_formulas_of_the_papers()
    {
        // One number in, one number of state, so the formulas can be written with plain numbers.
        var (x, h, c) = (0.7, -0.4, 0.9);
        using var rnn = new RnnCell(1, 1, init);
        using var lstm = new LstmCell(1, 1, init);
        using var gru = new GruCell(1, 1, init);
        var state = new RecurrentState(Number(h), Number(c));
        double[] g;
        Randomise(rnn, 1);
        g = Gates(rnn);
        Assert.That(rnn.Step(Number(x), state).Hidden.item<float>(), Is.EqualTo(Math.Tanh(g[0])).Within(1e-6));

        Randomise(lstm, 1);
        g = Gates(lstm);
        var memory = (Sigmoid(g[1]) * c) + (Sigmoid(g[0]) * Math.Tanh(g[2]));
        var after = lstm.Step(Number(x), state);
        Assert.That(after.Memory!.item<float>(), Is.EqualTo(memory).Within(1e-6));
        Assert.That(after.Hidden.item<float>(), Is.EqualTo(Sigmoid(g[3]) * Math.Tanh(memory)).Within(1e-6));

        Randomise(gru, 1);
        g = Gates(gru);
        var fromState = Value(gru.Hidden.Weight, 2) * h + Value(gru.Hidden.Bias!, 2);
        var candidate = Math.Tanh((Value(gru.Inputs.Weight, 2) * x) + Value(gru.Inputs.Bias!, 2) + (Sigmoid(g[0]) * fromState));
        var stay = Sigmoid(g[1]);
        Assert.That(gru.Step(Number(x), state).Hidden.item<float>(), Is.EqualTo((stay * h) + ((1 - stay) * candidate)).Within(1e-6));

        double[] Gates(RecurrentCell cell) =>
        [
            .. Enumerable.Range(0, (int)cell.Inputs.Weight.shape[0]).Select(i => (Value(cell.Inputs.Weight, i) * x)
                + Value(cell.Inputs.Bias!, i) + (Value(cell.Hidden.Weight, i) * h) + Value(cell.Hidden.Bias!, i)),
        ];

        static double Value(torch.Tensor tensor, int i) => tensor.reshape(-1)[i].item<float>();
        static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));
        static torch.Tensor Number(double value) => torch.full([1, 1], (float)value, device: torch.CPU);
    }

    [Test]
    public void Gradients_equal_finite_differences([Values] RecurrentKind kind)
    {
        using var stack = new RecurrentStack(kind, 2, 3, 2, init);
        Randomise(stack);
        stack.to(torch.float64);
        var input = TensorAssert.Random(3, 2, 4, 2).to(torch.float64);
        foreach (var parameter in stack.parameters())
        {
            CheckGradient(parameter, () => stack.forward(input).pow(3).sum());
        }
    }

    [Test]
    public void A_text_in_two_pieces_and_padding_on_either_side_change_nothing([Values] RecurrentKind kind)
    {
        using var stack = new RecurrentStack(kind, 3, 4, 2, init);
        var input = TensorAssert.Random(3, 2, 7, 3);
        var (whole, end) = stack.Run(input);
        var (first, middle) = stack.Run(input.narrow(1, 0, 4));
        var (second, last) = stack.Run(input.narrow(1, 4, 3), middle);
        TensorAssert.Near(torch.cat([first, second], 1), whole, 1e-6);
        TensorAssert.Near(last[1].Hidden, end[1].Hidden, 1e-6);

        var noise = TensorAssert.Random(4, 2, 2, 3);
        var isReal = torch.tensor(Enumerable.Range(0, 22).Select(i => i % 11 is >= 2 and < 9).ToArray(), [2, 11], device: torch.CPU);
        var (padded, state) = stack.Run(torch.cat([noise, input, noise], 1), isReal: isReal);
        TensorAssert.Near(padded.narrow(1, 2, 7), whole, 1e-6);
        TensorAssert.Near(state[0].Hidden, end[0].Hidden, 1e-6);
    }

    [Test]
    public void The_forget_gate_starts_open_and_weights_have_their_spread()
    {
        using var cell = new LstmCell(100, 60, init);
        var bias = cell.Inputs.Bias!.data<float>().ToArray();
        Assert.That(bias, Is.EqualTo(Enumerable.Range(0, 240).Select(i => i is >= 60 and < 120 ? 1f : 0f)));
        Assert.That(cell.Hidden.Bias!.count_nonzero().item<long>(), Is.Zero);
        var expected = 1 / Math.Sqrt(180);
        foreach (var weight in new[] { cell.Inputs.Weight, cell.Hidden.Weight })
        {
            // The deviation of a sample of n has itself a deviation of about σ/√(2n): five of them is the bound.
            Assert.That(weight.std().item<float>(), Is.EqualTo(expected).Within(5 * expected / Math.Sqrt(2.0 * weight.numel())));
        }
    }

    [Test]
    public void Memory_is_returned_and_only_results_reach_the_callers_scope([Values] RecurrentKind kind)
    {
        using var stack = new RecurrentStack(kind, 3, 4, 2, init);
        var input = TensorAssert.Random(3, 2, 7, 3);
        using var inner = torch.NewDisposeScope();
        stack.Run(input);
        Assert.That(inner.DisposablesCount, Is.EqualTo(1 + (kind == RecurrentKind.Lstm ? 4 : 2)), "a top state may be the outputs' last row");
        stack.forward(input);
        stack.Cells[0].RunStepByStep(input).Outputs.Dispose();
        var before = torch.Tensor.TotalCount;
        using (torch.NewDisposeScope())
        {
            stack.forward(input).sum().backward();
        }

        stack.zero_grad(set_to_none: true);
        Assert.That(torch.Tensor.TotalCount, Is.LessThanOrEqualTo(before));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var stack = new RecurrentStack(RecurrentKind.Gru, 3, 4, 2, init);
        Assert.Multiple(() =>
        {
            Assert.That(() => new RnnCell(0, 3, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new LstmCell(3, 0, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new GruCell(-1, 3, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new RecurrentStack(RecurrentKind.Rnn, 3, 4, 0, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new RecurrentStack(RecurrentKind.Rnn, 3, 4, 1, init, dropout: 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new RecurrentStack((RecurrentKind)7, 3, 4, 1, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => stack.Run(TensorAssert.Random(1, 2, 3)), Throws.ArgumentException.With.Message.Contains("(batch, time, 3)"));
            Assert.That(() => stack.Run(TensorAssert.Random(1, 2, 5, 4)), Throws.ArgumentException);
            Assert.That(() => stack.Run(TensorAssert.Random(1, 2, 5, 3), []), Throws.ArgumentException.With.Message.Contains("2 layers, but 0"));
            Assert.That(() => stack.Cells[0].Start(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
