using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class MissingReferenceTests : SessionFixture
{
    [Test]
    public async Task AProjectThatWasNeverBuiltIsNamedWithTheCommandThatBuildsIt()
    {
        Write("lib/Course/Course.csproj", "<Project/>");
        var error = await FailAsync("#r \"lib/Course/bin/Release/net10.0/Course.dll\"");

        Assert.That(error.Value, Does.Contain("there is no file").And.Contain($"dotnet build \"{Path.Combine(Folder, "lib", "Course")}\" -c Release"));
    }

    [Test]
    public async Task AFileOfUnknownOriginIsOnlyNamed()
    {
        var error = await FailAsync("#r \"bin/Release/net10.0/Other.dll\"");

        Assert.That(error.Value, Does.Contain("there is no file").And.Not.Contain("dotnet build"));
    }
}
