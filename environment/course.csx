// The setup of every notebook: the first cell imports this file, and what it references, opens and sets holds in all cells below.
// Paths count from the notebook's folder and mean the same from here. If Course.dll is reported missing, build it first:
//     dotnet build lib/Course -c Release
#r "../lib/Course/bin/Release/net10.0/TorchSharp.dll"
#r "../lib/Course/bin/Release/net10.0/Course.dll"

using System.Diagnostics;
using System.IO;
using Course.Alignment;
using Course.Alignment.Conversations;
using Course.Alignment.Exact;
using Course.Alignment.FineTuning;
using Course.Alignment.Judgement;
using Course.Alignment.Measurement;
using Course.Alignment.Reinforcement;
using Course.Classic;
using Course.Data;
using Course.Generation;
using Course.Layers;
using Course.Models;
using Course.Plots;
using Course.Runtime;
using Course.Scaling;
using Course.Tokenization;
using Course.Training;
using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;
using static TorchSharp.torch;

TorchRuntime.EnsureLoaded();
TorchRuntime.Seed(1234);

// How the course's own objects are shown; Course.dll itself knows nothing of notebooks.
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
Formatter.SetPreferredMimeTypesFor(typeof(ExpectedResult), "text/html", "text/plain", "application/vnd.course.card+json");
Formatter.Register<ExpectedResult>(card => card.ToHtml(), "text/html");
Formatter.Register<ExpectedResult>(card => card.ToText(), "text/plain");
Formatter.Register<ExpectedResult>(card => card.ToJson(), "application/vnd.course.card+json");
Formatter.SetPreferredMimeTypesFor(typeof(CheckResult), "text/html", "text/plain");
Formatter.Register<CheckResult>(check => check.ToHtml(), "text/html");
Formatter.Register<CheckResult>(check => check.ToString(), "text/plain");
Formatter.SetPreferredMimeTypesFor(typeof(CheckList), "text/html", "text/plain");
Formatter.Register<CheckList>(checks => checks.ToHtml(), "text/html");
Formatter.Register<CheckList>(checks => checks.ToString(), "text/plain");
Formatter.SetPreferredMimeTypesFor(typeof(ProgressView), "text/html", "text/plain");
Formatter.Register<ProgressView>(bar => bar.Html, "text/html");
Formatter.Register<ProgressView>(bar => bar.Text, "text/plain");
// Charts become interactive with plotly.js from the network or, on a plane, from this process.
Course.Plots.Interactive.PlotlyCopy.Serve();
LiveDisplay.Host = value => { var place = display(value); return place.Update; };
