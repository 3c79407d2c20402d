using TorchSharp;

namespace Course.Training;

/// <summary><see cref="AdamW"/> as tensor operations over the whole row of parameters: for GPUs, and to read beside the paper.</summary>
/// <param name="model">The model; the optimizer takes over the memory of its parameters.</param>
/// <param name="options">Shape.</param>
public sealed class TensorAdamW(torch.nn.Module model, AdamWOptions options) : AdamW(model, options)
{
    private protected override double ComputeNorm()
    {
        using var norm = Parameters.Gradients.norm();
        return norm.ToDouble();
    }

    private protected override void Apply(Coefficients c)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (values, gradients) = (Parameters.Values, Parameters.Gradients);
        gradients.mul_(c.GradientScale);
        FirstMoment.mul_(c.Beta1).add_(gradients, alpha: 1 - c.Beta1);
        SecondMoment.mul_(c.Beta2).addcmul_(gradients, gradients, value: 1 - c.Beta2);
        values.narrow(0, 0, Parameters.DecayedCount).mul_(c.Keep);
        var root = SecondMoment.sqrt().mul_(c.RootScale).add_(c.Epsilon);
        values.addcdiv_(FirstMoment, root, value: -c.StepSize);
        gradients.zero_();
    }
}
