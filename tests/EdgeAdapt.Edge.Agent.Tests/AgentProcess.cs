using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EdgeAdapt.Edge.Agent.Tests;

/// <summary>The agent as a process of its own. It is killed when the test is over.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private AgentProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static AgentProcess Start(params string[] arguments) => Start([], arguments);

    public static AgentProcess Start((string Name, string Value)[] environment, string[] arguments)
    {
        string[] all = [Checkout.Path("edge", "EdgeAdapt.Edge.Agent", "bin", Flavour, Configuration, "net10.0", "EdgeAdapt.Edge.Agent.dll"), .. arguments];

        // Under nohup, and wherever else SIGHUP is ignored, a process inherits that and never sees the signal.
        var start = new ProcessStartInfo("env", ["--default-signal=HUP", "dotnet", .. all]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AgentProcess(Process.Start(start)!);
    }

    public static Task<(int Status, string Output)> RunAsync(params string[] arguments) => RunAsync([], arguments);

    public static async Task<(int Status, string Output)> RunAsync((string Name, string Value)[] environment, string[] arguments)
    {
        await using AgentProcess agent = Start(environment, arguments);
        return (await agent.ExitAsync(), agent.Output);
    }

    /// <summary>Writes to its standard input.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _process.StandardInput.BaseStream.WriteAsync(bytes);
        await _process.StandardInput.BaseStream.FlushAsync();
    }

    public void EndInput() => _process.StandardInput.Close();

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The agent did not end:\n{Output}");
        }

        return _process.ExitCode;
    }

    public Task TerminateAsync() => SignalAsync("TERM");

    public async Task SignalAsync(string name)
    {
        using Process signal = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await signal.WaitForExitAsync();
    }

    public void Kill() => _process.Kill();

    /// <summary>Waits until a report file has a line that contains the text; the report is another process's, so this looks again and again.</summary>
    public Task ReportedAsync(string path, Func<string, bool> wanted) => UntilAsync(() => File.Exists(path) && Lines(path).Any(wanted));

    /// <summary>Waits until it has written the text, which comes through a pipe and thus later than what lies in a file.</summary>
    public Task SaidAsync(string text) => UntilAsync(() => Output.Contains(text, StringComparison.Ordinal));

    public static string[] Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo())
        {
            Assert.False(_process.HasExited, Output);
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private static string OutputFolder(int up) => AppContext.BaseDirectory.TrimEnd('/').Split('/')[^up];

    private static string Configuration => OutputFolder(2);

    private static string Flavour => OutputFolder(3);

    private void Note(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
