namespace Course.Plots;

/// <summary>
/// Where objects that change while a cell runs are shown. This library knows nothing of notebooks: <c>environment/course.csx</c> says
/// here how its host shows a value and replaces it in place. Without a host (a console program, a test) nothing is shown.
/// </summary>
public static class LiveDisplay
{
    /// <summary>Shows a value and returns what replaces it by another; <see langword="null"/> where there is nothing to show it on.</summary>
    public static Func<object, Action<object>>? Host { get; set; }
}

/// <summary>
/// One place on the screen whose content is replaced, at most so often that neither the reader's eye nor the work suffers.
/// </summary>
/// <param name="pause">The time between two contents; a content that comes sooner is passed over, unless it is the last.</param>
/// <param name="clock">What time it is; the system's clock when left out.</param>
internal sealed class LivePlace(TimeSpan pause, TimeProvider? clock = null)
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private Action<object>? replace;
    private long shownAt;

    /// <summary>Shows a content, if it is time.</summary>
    /// <param name="content">Makes what is shown; not called when it is too early.</param>
    /// <param name="isLast">Whether this one must not be passed over.</param>
    public void Show(Func<object> content, bool isLast)
    {
        if (LiveDisplay.Host is not { } host || (replace is not null && !isLast && clock.GetElapsedTime(shownAt) < pause))
        {
            return;
        }

        shownAt = clock.GetTimestamp();
        if (replace is null)
        {
            replace = host(content());
        }
        else
        {
            replace(content());
        }
    }
}
