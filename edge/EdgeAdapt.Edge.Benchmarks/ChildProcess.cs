using System.Diagnostics;
using System.Text.Json;

namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>Runs this program once more, so that one measurement does not see the memory and the warmth of another.</summary>
internal static class ChildProcess
{
    /// <summary>Runs it to its end; the process is gone when this returns, however it returns.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <returns>What it printed as JSON.</returns>
    /// <exception cref="IOException">It failed.</exception>
    public static T Run<T>(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(ChildProcess).Assembly.Location, .. arguments]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration kill = cancellation.Register(() => process.Kill(entireProcessTree: true));
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(printed)!
            : throw new IOException($"A run of the benchmark ended with exit code {process.ExitCode}; what it said is above.");
    }
}
