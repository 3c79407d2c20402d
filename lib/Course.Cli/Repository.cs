namespace Course.Cli;

/// <summary>The folder of the course, found from wherever the command is called.</summary>
public static class Repository
{
    private const string Marker = "Course.sln";

    /// <summary>
    /// The nearest folder with Course.sln above the current folder, otherwise above the program itself;
    /// <see langword="null"/> when there is none.
    /// </summary>
    public static string? Root { get; } = Above(Directory.GetCurrentDirectory()) ?? Above(AppContext.BaseDirectory);

    /// <summary>Where executed notebooks go unless the reader says otherwise; git ignores it.</summary>
    public static string ExecutedNotebooks =>
        Path.Combine(Root ?? Directory.GetCurrentDirectory(), "artifacts", "notebooks");

    private static string? Above(string folder)
    {
        for (var here = new DirectoryInfo(folder); here is not null; here = here.Parent)
        {
            if (File.Exists(Path.Combine(here.FullName, Marker)))
            {
                return here.FullName;
            }
        }
        return null;
    }
}
