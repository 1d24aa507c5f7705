using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>Waits for what other processes do; a limit that runs out says what was missing.</summary>
internal static class Within
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static async Task SecondsAsync(int seconds, string what, Func<bool> holds, Func<string>? state = null)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(start).TotalSeconds > seconds)
            {
                Assert.Fail($"Not within {seconds} s: {what}. {state?.Invoke()}");
            }

            await Task.Delay(Poll);
        }
    }

    /// <summary>The exit code of a process that must end by itself.</summary>
    public static async Task<int> ExitAsync(ChildProcess process, int seconds)
    {
        await SecondsAsync(seconds, $"the end of {process.Name}", () => process.Exited.IsCompleted, () => string.Join('\n', process.LastLines(10)));
        return await process.Exited;
    }
}
