using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeAdapt.Cloud.Service.Tests;

/// <summary>The service as a process of its own.</summary>
internal sealed partial class CloudProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private CloudProcess(Process process) => _process = process;

    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>Starts the service and waits until it listens and has subscribed: before its first subscription the broker keeps nothing for it.</summary>
    public static async Task<CloudProcess> StartAsync(TinyFiles files, int brokerPort)
    {
        CloudProcess cloud = Launch(
            "--student", files.Student, "--teacher", files.Teacher, "--broker", $"127.0.0.1:{brokerPort}", "--state", files.State,
            "--urls", "http://127.0.0.1:0", "--mean", "0,0,0", "--std", "1,1,1", "--threads", "1");
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cloud.Read(line =>
        {
            if (Address().Match(line) is { Success: true } match)
            {
                listening.TrySetResult(match.Groups[1].Value);
            }

            if (line.EndsWith(": Connected", StringComparison.Ordinal))
            {
                connected.TrySetResult();
            }
        });
        Task started = Task.WhenAll(listening.Task, connected.Task);
        Task first = await Task.WhenAny(started, cloud._process.WaitForExitAsync()).WaitAsync(Patience);
        Assert.True(first == started, string.Join('\n', cloud.Output));
        cloud._http.BaseAddress = new Uri(await listening.Task);
        return cloud;
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using CloudProcess cloud = Launch(arguments);
        cloud.Read(_ => { });
        await cloud._process.WaitForExitAsync().WaitAsync(Patience);
        return (cloud._process.ExitCode, string.Join('\n', cloud.Output));
    }

    public async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    /// <summary>Sends SIGTERM and waits for the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using Process signal = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await signal.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Sends SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        _http.Dispose();
    }

    private static CloudProcess Launch(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "EdgeAdapt.Cloud.Service.dll");
        return new CloudProcess(Process.Start(new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!);
    }

    private void Read(Action<string> seen)
    {
        void Take(object sender, DataReceivedEventArgs e)
        {
            if (e.Data is { } line)
            {
                Output.Enqueue(line);
                seen(line);
            }
        }

        _process.OutputDataReceived += Take;
        _process.ErrorDataReceived += Take;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    [GeneratedRegex("REST on (http://[0-9.]+:[0-9]+)")]
    private static partial Regex Address();
}
