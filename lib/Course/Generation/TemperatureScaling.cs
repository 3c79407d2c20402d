namespace Course.Generation;

/// <summary>
/// Divides the logits by a number: below 1 likely tokens become likelier, above 1 all become more alike (Ackley, Hinton and
/// Sejnowski 1985).
/// </summary>
/// <param name="temperature">Above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">The temperature is not a positive number.</exception>
public sealed class TemperatureScaling(double temperature) : ILogitsProcessor
{
    private readonly double temperature = temperature > 0 && double.IsFinite(temperature)
        ? temperature
        : throw new ArgumentOutOfRangeException(
            nameof(temperature), temperature, "Logits are divided by a positive number; take the likeliest token for temperature 0.");

    /// <inheritdoc/>
    public void Process(Span<double> logits, ReadOnlySpan<int> text)
    {
        // Subtracting the largest logit changes no probability, and the quotients cannot overflow upwards.
        var largest = SoftmaxNumbers.Largest(logits);
        foreach (ref var logit in logits)
        {
            logit = (logit - largest) / temperature;
        }
    }
}
