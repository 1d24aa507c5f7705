namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>Time limits that turn a hang into a failure; a passing test never waits one out.</summary>
internal static class Within
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task Reasonable(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Reasonable<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task<T> Reasonable<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);
}
