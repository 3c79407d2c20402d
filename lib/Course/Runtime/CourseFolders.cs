namespace Course.Runtime;

/// <summary>Where the course keeps what may be deleted at any time.</summary>
public static class CourseFolders
{
    /// <summary>The environment variable that moves the cache.</summary>
    public const string CacheVariable = "COURSE_CACHE";

    /// <summary>
    /// The cache of this user: downloads and adapted native libraries. <c>COURSE_CACHE</c> if set, otherwise
    /// <c>course-chatgpt</c> in <c>XDG_CACHE_HOME</c> or <c>~/.cache</c> (Linux), <c>~/Library/Caches</c> (macOS), local
    /// application data (Windows). The folder may not exist yet.
    /// </summary>
    public static string Cache
    {
        get
        {
            if (Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } chosen)
            {
                return Path.GetFullPath(chosen);
            }

            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var root = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
                : home.Length > 0 ? Path.Combine(home, ".cache")
                : Path.GetTempPath();
            return Path.Combine(root, "course-chatgpt");
        }
    }
}
