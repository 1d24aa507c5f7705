using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>
/// One side of `bench edge` in a process of its own, which is stopped as a whole while it is not its turn: what its threads do in the background takes nothing from the
/// other side, and is not done for free. Dispose it; the process is gone then.
/// </summary>
internal sealed partial class SideProcess : IDisposable
{
    private const int Continue = 18;
    private const int Stop = 19;
    private readonly Process _process;

    /// <summary>Starts it; it stands at its first turn or is about to.</summary>
    /// <param name="arguments">Its arguments.</param>
    public SideProcess(IReadOnlyList<string> arguments)
    {
        _process = Process.Start(ChildProcess.StartInfo(arguments, redirectsInput: true))!;
        TakeLine();
    }

    /// <summary>What it measured; null as long as it has turns to take.</summary>
    public SideResult? Result { get; private set; }

    /// <summary>Gives it a turn, to the end of it.</summary>
    /// <exception cref="IOException">It failed.</exception>
    public void TakeTurn()
    {
        _ = Kill(_process.Id, Continue);
        _process.StandardInput.WriteLine();
        TakeLine();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void TakeLine()
    {
        string? line = _process.StandardOutput.ReadLine();
        if (line == Turns.Over)
        {
            _ = Kill(_process.Id, Stop);
            return;
        }

        if (line is null)
        {
            _process.WaitForExit();
            throw ChildProcess.Failure(_process.ExitCode);
        }

        Result = JsonSerializer.Deserialize<SideResult>(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
