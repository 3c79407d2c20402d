// test-parameters: you counted one bias
long Parameters(long inputs, long units, int layers)
{
    return 4 * units * (inputs + units + 1) + (layers - 1) * 4 * units * (2 * units + 1);
}
