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
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;
    private const int SetParentDeathSignal = 1;
    private readonly Process _process;

    private SideProcess(Process process) => _process = process;

    /// <summary>What it measured; null as long as it has turns to take.</summary>
    public SideResult? Result { get; private set; }

    /// <summary>Starts it and returns when it waits for its first turn.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="IOException">It failed.</exception>
    public static SideProcess Start(IReadOnlyList<string> arguments)
    {
        var side = new SideProcess(Process.Start(ChildProcess.StartInfo(arguments, redirectsInput: true))!);
        try
        {
            side.TakeLine();
            return side;
        }
        catch
        {
            side.Dispose();
            throw;
        }
    }

    /// <summary>For the side's own process: has it killed with the thread that started it, which waits for it. One that is stopped would not see its input end.</summary>
    public static void EndWithStarter() => _ = Control(SetParentDeathSignal, Kill);

    /// <summary>Gives it a turn, to the end of it.</summary>
    /// <exception cref="IOException">It failed.</exception>
    public void TakeTurn()
    {
        _ = Send(_process.Id, Continue);
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
            _ = Send(_process.Id, Stop);
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
    private static partial int Send(int process, int signal);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nint argument);
}
