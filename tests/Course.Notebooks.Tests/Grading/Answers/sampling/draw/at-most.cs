// test-draw: a piece owns its beginning, not its end
int Draw(double[] probabilities, double uniform)
{
    var end = 0.0;
    for (var token = 0; token < probabilities.Length; token++)
    {
        end += probabilities[token];
        if (uniform <= end) return token;
    }

    return probabilities.Length - 1;
}
