using TorchSharp;

namespace Course.Models;

/// <summary>Switches dropout off for a while.</summary>
public static class EvaluationMode
{
    /// <summary>
    /// Puts a model into evaluation mode, without gradients, until the result is disposed; then both are as they were before:
    /// <c>using (model.Evaluating()) { … }</c>.
    /// </summary>
    /// <param name="model">The model.</param>
    public static IDisposable Evaluating(this torch.nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new Period(model);
    }

    private sealed class Period : IDisposable
    {
        private readonly torch.nn.Module model;
        private readonly bool wasTraining;
        private readonly IDisposable noGrad = torch.no_grad();

        public Period(torch.nn.Module model)
        {
            this.model = model;
            wasTraining = model.training;
            if (wasTraining)
            {
                model.eval();
            }
        }

        public void Dispose()
        {
            if (wasTraining)
            {
                model.train();
            }

            noGrad.Dispose();
        }
    }
}
