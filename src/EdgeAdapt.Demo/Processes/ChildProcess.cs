using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeAdapt.Demo.Processes;

/// <summary>
/// A running child process that never outlives this one. It runs in a session of its own, so that Ctrl-C in the terminal
/// reaches only this process, which then stops its children in order; and the kernel kills it should this process die
/// without doing so.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const string Redirect = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";
    private static readonly TimeSpan DisposalPatience = TimeSpan.FromSeconds(5);
    private readonly ChildProcessSpec _spec;
    private readonly Process _process;

    private ChildProcess(ChildProcessSpec spec, Process process)
    {
        _spec = spec;
        _process = process;
        Exited = WaitAsync();
    }

    /// <summary>What messages call the process.</summary>
    public string Name => _spec.Name;

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes with the exit code; 128 plus the signal's number where a signal ended the process.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a program.</summary>
    /// <exception cref="DemoException">The program cannot be started.</exception>
    public static ChildProcess Start(ChildProcessSpec spec)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(spec.LogFile))!);
        var info = new ProcessStartInfo("/bin/sh", ["-c", Redirect, "sh", spec.LogFile, .. Guards(), spec.Program, .. spec.Arguments]);
        foreach ((string name, string value) in spec.Environment)
        {
            info.Environment[name] = value;
        }

        try
        {
            return new ChildProcess(spec, ProcessSpawner.Start(info));
        }
        catch (Win32Exception e)
        {
            throw new DemoException($"Cannot start {spec.Name}: {e.Message}", e);
        }
    }

    /// <summary>Asks the process to end (SIGTERM), and kills it when it has not ended in time.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan patience, TimeProvider time)
    {
        if (!Exited.IsCompleted)
        {
            _ = Kill(_process.Id, Terminate);
        }

        if (await EndsWithinAsync(patience, time).ConfigureAwait(false))
        {
            return true;
        }

        await KillAsync().ConfigureAwait(false);
        return false;
    }

    /// <summary>Ends the process at once, without a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await Exited.ConfigureAwait(false);
    }

    /// <summary>Whether the process has ended when <paramref name="patience"/> is over, or earlier.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan patience, TimeProvider time)
    {
        try
        {
            await Exited.WaitAsync(patience, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The last lines that the process wrote, for messages.</summary>
    public IReadOnlyList<string> LastLines(int count)
    {
        try
        {
            return [.. File.ReadLines(_spec.LogFile).Where(line => line.Length > 0).TakeLast(count)];
        }
        catch (IOException)
        {
            // A log that cannot be read must not hide the failure that made somebody ask for it.
            return [];
        }
    }

    /// <summary>Why it ended, as far as its log says: an unhandled exception where there is one, otherwise its last lines.</summary>
    public string LastWords()
    {
        IReadOnlyList<string> lines = LastLines(60);
        return lines.LastOrDefault(line => line.StartsWith("Unhandled exception", StringComparison.Ordinal)) ?? string.Join(" | ", lines.TakeLast(3));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(DisposalPatience, TimeProvider.System).ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        return _process.ExitCode;
    }

    private static IEnumerable<string> Guards()
    {
        if (File.Exists("/usr/bin/setsid"))
        {
            yield return "/usr/bin/setsid";
        }

        if (File.Exists("/usr/bin/setpriv"))
        {
            yield return "/usr/bin/setpriv";
            yield return "--pdeathsig";
            yield return "KILL";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
