// The setup of every assignment: the first cell imports this file. Paths count from the assignment's folder,
// notebooks/assignments/release/NAME or source/NAME. If Course.dll is reported missing, build it first:
//     dotnet build lib/Course -c Release
// The course's finished parts (Course.Classic, Course.Layers, Course.Tokenization, ...) are not opened here: they are what you write.
#r "../../../../lib/Course/bin/Release/net10.0/TorchSharp.dll"
#r "../../../../lib/Course/bin/Release/net10.0/Course.dll"

using Course.Data;
using Course.Plots;
using Course.Runtime;
using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;
using static TorchSharp.torch;

TorchRuntime.EnsureLoaded();
TorchRuntime.Seed(1234);

Formatter.SetPreferredMimeTypesFor(typeof(Picture), "text/html", "text/plain");
Formatter.Register<Picture>(picture => picture.ToHtml(), "text/html");
Formatter.Register<Picture>(picture => picture.ToText(), "text/plain");
foreach (var kind in Picture.InteractiveKinds)
{
    Formatter.SetPreferredMimeTypesFor(kind, "text/html", "text/plain", "application/vnd.plotly.v1+json");
    Formatter.Register(kind, (picture, writer) => writer.Write(((Picture)picture).ToPlotlyJson()), "application/vnd.plotly.v1+json");
}
Formatter.SetPreferredMimeTypesFor(typeof(Tensor), "text/html", "text/plain");
Formatter.Register<Tensor>(tensor => new TensorSummary(tensor).ToHtml(), "text/html");
Formatter.Register<Tensor>(tensor => new TensorSummary(tensor).ToString(), "text/plain");

// What the checks are written with. A check that does not hold ends its cell with a sentence about the answer.
void Expect(bool holds, string otherwise)
{
    if (!holds)
    {
        throw new Exception(otherwise);
    }
}

// Whether numbers are equal but for rounding; not a number is never near. The lengths and shapes must be equal, too.
bool Near(double yours, double right, double tolerance = 1e-9) => Math.Abs(yours - right) <= tolerance;

bool Near(double[] yours, double[] right, double tolerance = 1e-9) =>
    yours is not null && yours.Length == right.Length && yours.Zip(right).All(pair => Near(pair.First, pair.Second, tolerance));

bool Near(Tensor yours, Tensor right, double tolerance = 1e-5)
{
    if (yours is null || !yours.shape.SequenceEqual(right.shape))
    {
        return false;
    }
    using var scope = NewDisposeScope();
    return (yours.to(float64) - right.to(float64)).abs().le(tolerance).all().item<bool>();
}
