using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.Demo.Tests;

public sealed class ChildProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-child-");

    private string Log => Path.Combine(_folder.FullName, "logs", "child.log");

    [Fact]
    public async Task Start_ShortProgram_ReportsExitCodeAndOutput()
    {
        await using var child = ChildProcess.Start(Shell("echo out; echo \"err $GREETING\" >&2; exit 7") with
        {
            Environment = new Dictionary<string, string> { ["GREETING"] = "with 'quotes'" },
        });

        Assert.Equal(7, await child.Exited.WaitAsync(Patience));
        Assert.Equal(["out", "err with 'quotes'"], child.LastLines(5));
        Assert.Equal(["err with 'quotes'"], child.LastLines(1));
    }

    [Fact]
    public async Task Start_ProgramThatIsMissing_EndsWithTheShellsWords()
    {
        await using var child = ChildProcess.Start(new ChildProcessSpec("the agent", "/no/such/program", [], Log));
        Assert.Equal(127, await child.Exited.WaitAsync(Patience));
        Assert.Contains("/no/such/program", Assert.Single(child.LastLines(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ProgramThatListens_EndsByItself()
    {
        await using var child = ChildProcess.Start(Shell("trap 'echo bye; exit 3' TERM; echo ready; while :; do read x <fifo; done"));
        await WaitForLineAsync(child, "ready");

        Assert.True(await child.StopAsync(Patience, TimeProvider.System));
        Assert.Equal(3, await child.Exited);
        Assert.Equal("bye", child.LastLines(1)[0]);
        Assert.True(await child.StopAsync(Patience, TimeProvider.System));
    }

    [Fact]
    public async Task Stop_ProgramThatIgnoresTheSignal_IsKilled()
    {
        await using var child = ChildProcess.Start(Shell("trap '' TERM; echo ready; while :; do read x <fifo; done"));
        await WaitForLineAsync(child, "ready");

        Assert.False(await child.StopAsync(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        Assert.Equal(128 + 9, await child.Exited);
    }

    [Fact]
    public async Task Start_AnyProgram_HasASessionOfItsOwn()
    {
        // Ctrl-C in a terminal goes to the session's foreground group; children in it would end before they are told in order.
        await using var child = ChildProcess.Start(Shell("cut -d' ' -f6 /proc/$$/stat; echo $$"));
        await child.Exited.WaitAsync(Patience);
        string[] lines = [.. child.LastLines(2)];
        Assert.Equal(lines[1], lines[0]);
        Assert.Equal(child.Id.ToString(), lines[1]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ChildProcessSpec Shell(string script)
    {
        // Reading from a pipe without a writer blocks without using the processor.
        string fifo = Path.Combine(_folder.FullName, "fifo");
        return new ChildProcessSpec("a shell", "/bin/sh", ["-c", $"[ -p '{fifo}' ] || mkfifo '{fifo}'; cd '{_folder.FullName}'; {script}"], Log);
    }

    private static async Task WaitForLineAsync(ChildProcess child, string line)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!child.LastLines(1).Contains(line))
        {
            await Task.Delay(10, deadline.Token);
        }
    }
}
