// test-parameters: you counted one quarter
long Parameters(long inputs, long units, int layers)
{
    return units * (inputs + units + 2) + (layers - 1) * units * (2 * units + 2);
}
