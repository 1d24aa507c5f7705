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
        using Process process = Process.Start(StartInfo(arguments, redirectsInput: false))!;
        using CancellationTokenRegistration kill = cancellation.Register(() => process.Kill(entireProcessTree: true));
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(printed)!
            : throw Failure(process.ExitCode);
    }

    /// <summary>How this program is started once more; what it prints is read, its errors are seen.</summary>
    public static ProcessStartInfo StartInfo(IReadOnlyList<string> arguments, bool redirectsInput) =>
        new(Environment.ProcessPath!, [typeof(ChildProcess).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardInput = redirectsInput };

    /// <summary>Says that one failed.</summary>
    public static IOException Failure(int exitCode) => new($"A run of the benchmark ended with exit code {exitCode}; what it said is above.");
}
