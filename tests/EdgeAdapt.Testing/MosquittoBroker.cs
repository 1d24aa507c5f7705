using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeAdapt.Testing;

/// <summary>
/// A Mosquitto of a test's own, on a free loopback port with its files in a temporary folder. It can be stopped, killed and
/// started again on the same port. It never outlives the test process, however that ends.
/// </summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(20);

    private readonly string _folder;
    private readonly string _settings;
    private readonly StringBuilder _log = new();
    private Process? _process;
    private Task _exited = Task.CompletedTask;

    private MosquittoBroker(string folder, int port, string settings)
    {
        _folder = folder;
        Port = port;
        _settings = settings;
    }

    /// <summary>The broker's program, or null where this machine has none.</summary>
    public static string? Executable { get; } = Find("mosquitto");

    /// <summary>The address that the broker listens on.</summary>
    public string Host { get; } = IPAddress.Loopback.ToString();

    /// <summary>The port that the broker listens on, the same after a restart.</summary>
    public int Port { get; }

    /// <summary>What the broker has logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a broker that lets everybody in, keeps what it is given over restarts, and limits nothing.</summary>
    public static Task<MosquittoBroker> StartAsync() => StartAsync("allow_anonymous true");

    /// <summary>Starts a broker with settings of its own after the listener's, one a line; "{folder}" stands for its folder.</summary>
    /// <param name="settings">Lines of mosquitto.conf.</param>
    /// <param name="files">Files for its folder, by name.</param>
    public static async Task<MosquittoBroker> StartAsync(string settings, IReadOnlyDictionary<string, string>? files = null)
    {
        const int attempts = 5;
        for (int attempt = 1; ; attempt++)
        {
            string folder = Directory.CreateTempSubdirectory("edgeadapt-broker-").FullName;
            foreach ((string name, string content) in files ?? new Dictionary<string, string>())
            {
                await File.WriteAllTextAsync(Path.Combine(folder, name), content);
            }

            var broker = new MosquittoBroker(folder, FreePort(), settings);
            try
            {
                await broker.RestartAsync();
                return broker;
            }
            catch (InvalidOperationException) when (attempt < attempts && broker.Log.Contains("Address already in use", StringComparison.Ordinal))
            {
                // Somebody took the port between our looking and the broker's binding.
                await broker.DisposeAsync();
            }
            catch
            {
                await broker.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts the broker again on its port, with what it kept. Ends when it accepts connections.</summary>
    public async Task RestartAsync()
    {
        if (_process is not null)
        {
            throw new InvalidOperationException("The broker runs. Stop it first.");
        }

        string file = Path.Combine(_folder, "mosquitto.conf");
        await File.WriteAllTextAsync(file, $"""
            listener {Port} {Host}
            persistence true
            persistence_location {_folder}/
            max_queued_messages 0
            log_dest stderr
            user root
            {_settings.Replace("{folder}", _folder, StringComparison.Ordinal)}

            """);
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _exited = exited.Task;

        // The kernel kills the broker when the thread that started it ends: so that thread stays until the broker is gone. A pool
        // thread would do so at any moment; and "user root" keeps the broker from changing its user, which would clear the arrangement.
        new Thread(() => Own(file, started, exited)) { IsBackground = true, Name = "mosquitto " + Port }.Start();
        _process = await started.Task;
        await WaitUntilReadyAsync();
    }

    /// <summary>Ends the broker in good order: it says goodbye to its clients and saves what it keeps.</summary>
    public async Task StopAsync()
    {
        if (_process is not null)
        {
            using Process signal = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await signal.WaitForExitAsync();
            await EndAsync();
        }
    }

    /// <summary>Ends the broker at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await EndAsync();
        }
    }

    /// <summary>Kills the broker and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, true);
    }

    private static string? Find(string program)
    {
        IEnumerable<string> folders = ["/usr/sbin", "/usr/local/sbin", .. Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? []];
        return folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Own(string file, TaskCompletionSource<Process> started, TaskCompletionSource exited)
    {
        try
        {
            string executable = Executable ?? throw new InvalidOperationException("Mosquitto is not installed. Mark the test with [BrokerFact].");
            string? guard = Find("setpriv");
            var start = new ProcessStartInfo(guard ?? executable, guard is null ? ["-c", file] : ["--pdeathsig", "KILL", executable, "-c", file])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, line) => Note(line.Data);
            process.BeginErrorReadLine();
            started.SetResult(process);
            process.WaitForExit();
        }
        catch (Exception e)
        {
            started.TrySetException(e);
        }
        finally
        {
            exited.SetResult();
        }
    }

    private void Note(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private async Task WaitUntilReadyAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_exited.IsCompleted)
            {
                await EndAsync();
                throw new InvalidOperationException($"Mosquitto ended at once:\n{Log}");
            }

            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Port, deadline.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(ProbeInterval, deadline.Token);
            }
        }
    }

    private async Task EndAsync()
    {
        await _exited.WaitAsync(Patience);
        _process?.Dispose();
        _process = null;
    }
}
