// test-parameters: you forgot the matrix of the hidden state
long Parameters(long inputs, long units, int layers)
{
    return 4 * units * (inputs + 2) + (layers - 1) * 4 * units * (units + 2);
}
