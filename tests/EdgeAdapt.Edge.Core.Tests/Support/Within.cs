namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>Time limits that turn a hang into a failure; a passing test never waits one out.</summary>
internal static class Within
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task Reasonable(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Reasonable<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task<T> Reasonable<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);

    /// <summary>Waits for something that runs on real time, as a broker does: looks again and again, and the limit only turns a hang into a failure.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
