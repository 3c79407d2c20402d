// test-draw: the first token has probability 0, and you draw it with the number 0
int Draw(double[] probabilities, double uniform)
{
    var end = 0.0;
    for (var token = 0; token < probabilities.Length; token++)
    {
        end += probabilities[token];
        if (uniform < end || uniform == 0) return token;
    }

    return probabilities.Length - 1;
}
