// test-draw: you compare the number with each single probability
int Draw(double[] probabilities, double uniform)
{
    return Array.FindIndex(probabilities, p => uniform < p);
}
