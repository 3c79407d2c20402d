// test-draw: you return the token before the one that is hit
int Draw(double[] probabilities, double uniform)
{
    var end = 0.0;
    var token = -1;
    while (token < probabilities.Length - 1 && end <= uniform)
    {
        token++;
        end += probabilities[token];
    }

    return Math.Max(0, token - 1);
}
