// test-parameters: the second layer does not read the inputs
long Parameters(long inputs, long units, int layers)
{
    return layers * 4 * units * (inputs + units + 2);
}
