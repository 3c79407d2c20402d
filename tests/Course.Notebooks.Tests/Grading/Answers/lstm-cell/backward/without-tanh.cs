// test-backward: its derivative 1 - tanh² is missing
double[] Backward(double ai, double af, double ag, double ao, double memory, double dHidden, double dMemory)
{
    double S(double a) => 1 / (1 + Math.Exp(-a));
    var (i, f, g, o) = (S(ai), S(af), Math.Tanh(ag), S(ao));
    var t = Math.Tanh(f * memory + i * g);
    var dc = dMemory + dHidden * o;
    return [dc * g * i * (1 - i), dc * memory * f * (1 - f), dc * i * (1 - g * g), dHidden * t * o * (1 - o), dc * f];
}
