using System.Reflection;
using System.Runtime.Loader;
using Course.Plots;
using NUnit.Framework;

namespace Course.Tests.Plots;

/// <summary>
/// A host with an older FSharp.Core (the archived .NET Interactive) cannot load Plotly.NET. Here Course and Plotly.NET are loaded
/// once more, in a context that refuses FSharp.Core as such a host does.
/// </summary>
public sealed class MissingPlotlyTests
{
    [Test]
    public void ThePictureIsShownAllTheSameAndSaysWhyItStandsStill()
    {
        var host = new HostWithoutFSharp();
        var course = host.LoadFromAssemblyName(typeof(Picture).Assembly.GetName());
        Assert.That(course, Is.Not.SameAs(typeof(Picture).Assembly), "the test needs its own copy");
        var bars = course.GetType(typeof(Plot).FullName!)!.GetMethod(nameof(Plot.Bars))!;
        IEnumerable<(string, double)> values = [("a", 1.0), ("b", 2.0)];

        var picture = bars.Invoke(null, ["Which?", values, "count", false, null, null])!;
        var html = (string)picture.GetType().GetMethod(nameof(Picture.ToHtml))!.Invoke(picture, [])!;

        Assert.That(host.Refused, Is.True, "Plotly.NET asked for FSharp.Core");
        Assert.That(picture.GetType().GetMethod(nameof(Picture.ToPlotlyJson))!.Invoke(picture, []), Is.Null);
        Assert.That(html, Does.Contain("data:image/svg+xml;base64,").And.Contain("Plotly.NET cannot be loaded here").And.Contain("FSharp.Core"));
        Assert.That(html, Does.Contain("\",null)"), "no figure is handed to the script");
        Assert.That(Plot.Bars("Which?", values, "count").ToPlotlyJson(), Is.Not.Null, "elsewhere it can be loaded");
    }

    private sealed class HostWithoutFSharp() : AssemblyLoadContext("host without FSharp.Core", isCollectible: true)
    {
        private readonly string folder = Path.GetDirectoryName(typeof(Picture).Assembly.Location)!;

        public bool Refused { get; private set; }

        protected override Assembly? Load(AssemblyName name)
        {
            if (name.Name == "FSharp.Core")
            {
                Refused = true;
                throw new FileLoadException($"Could not load file or assembly '{name}'. The located assembly's manifest definition does not match the assembly reference.");
            }

            string[] own = ["Course", "Plotly.NET", "Plotly.NET.CSharp", "DynamicObj", "Giraffe.ViewEngine"];
            return own.Contains(name.Name) ? LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll")) : null;
        }
    }
}
