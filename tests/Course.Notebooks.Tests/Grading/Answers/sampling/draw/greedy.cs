// test-draw: you always take the likeliest token
int Draw(double[] probabilities, double uniform)
{
    return Array.IndexOf(probabilities, probabilities.Max());
}
