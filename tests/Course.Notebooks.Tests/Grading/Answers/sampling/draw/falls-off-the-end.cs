// test-draw: a number can fall behind the last piece
int Draw(double[] probabilities, double uniform)
{
    var end = 0.0;
    for (var token = 0; token < probabilities.Length; token++)
    {
        end += probabilities[token];
        if (uniform < end) return token;
    }

    return -1;
}
