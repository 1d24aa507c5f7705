namespace EdgeAdapt.Messaging.Tests;

/// <summary>Time limits that turn a hang into a failure. They are long, since a loaded machine is slow, and are never waited out by a passing test.</summary>
internal static class Within
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task Reasonable(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Reasonable<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task<T> Reasonable<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);
}
