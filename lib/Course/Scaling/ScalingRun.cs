namespace Course.Scaling;

/// <summary>One finished training of a sweep.</summary>
/// <param name="Name">What tells it from the others: its size and its budget.</param>
/// <param name="Parameters">N: weights that take part in a multiplication.</param>
/// <param name="Tokens">D: tokens seen in training.</param>
/// <param name="Loss">The validation loss at the end, in nats per token.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ScalingRun(string Name, double Parameters, double Tokens, double Loss, double Seconds)
{
    /// <summary>C = 6·N·D.</summary>
    public double Flops => TrainingCompute.Flops(Parameters, Tokens);
}
