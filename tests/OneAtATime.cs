using NUnit.Framework;

/// <summary>
/// Holds a lock while a test assembly runs. <c>dotnet test</c> on a solution starts the test assemblies in parallel, and two
/// processes that each run a tensor library on all cores slow each other down by an order of magnitude: the libraries'
/// threads wait for each other in busy loops. So the assemblies take turns.
/// </summary>
[SetUpFixture]
public sealed class OneAtATime
{
    private FileStream? turn;

    [OneTimeSetUp]
    public void WaitForTurn()
    {
        var file = Path.Combine(Path.GetTempPath(), $"course-tests-{Environment.UserName}.lock");
        while (turn is null)
        {
            try
            {
                turn = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(200);
            }
        }
    }

    [OneTimeTearDown]
    public void GiveTurn() => turn?.Dispose();
}
