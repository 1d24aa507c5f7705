namespace EdgeAdapt.Demo.Processes;

/// <summary>A Mosquitto broker of our own on a free loopback port, with everything it keeps in one folder.</summary>
internal sealed class MosquittoProcess : IAsyncDisposable
{
    private const int Attempts = 3;
    private static readonly string[] Places = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/bin/mosquitto"];
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private MosquittoProcess(ChildProcess process, int port)
    {
        Process = process;
        Port = port;
    }

    /// <summary>The broker's process.</summary>
    public ChildProcess Process { get; }

    /// <summary>The loopback port it listens on.</summary>
    public int Port { get; }

    /// <summary>The broker program.</summary>
    /// <exception cref="DemoException">It is not installed.</exception>
    public static string RequireProgram() => Places.FirstOrDefault(File.Exists) ?? throw new DemoException(
        "The MQTT broker Mosquitto is not installed. Run ./edgeadapt setup, or install it by hand (Debian: apt-get install mosquitto).");

    /// <summary>Starts the broker and waits until it accepts connections.</summary>
    /// <param name="folder">Holds its configuration, retained messages and log; made where absent.</param>
    /// <param name="time">The clock that waiting goes by.</param>
    /// <param name="cancellation">Ends the wait; the broker is stopped then.</param>
    /// <exception cref="DemoException">Mosquitto is not installed, or does not start.</exception>
    public static async Task<MosquittoProcess> StartAsync(string folder, TimeProvider time, CancellationToken cancellation)
    {
        string program = RequireProgram();
        Directory.CreateDirectory(folder);
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort.Find();
            string configuration = Path.Combine(folder, "mosquitto.conf");
            await File.WriteAllTextAsync(configuration, Configuration(port, folder), cancellation).ConfigureAwait(false);
            var process = ChildProcess.Start(new ChildProcessSpec("the broker", program, ["-c", configuration], Path.Combine(folder, "mosquitto.log")));
            if (await ListensAsync(process, port, time, cancellation).ConfigureAwait(false))
            {
                return new MosquittoProcess(process, port);
            }

            await process.DisposeAsync().ConfigureAwait(false);
            if (attempt == Attempts)
            {
                throw new DemoException($"Mosquitto does not start ({program}): {process.LastWords()}");
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    // As root, Mosquitto changes to a user that could not write into the folder, and the kernel forgets the parent-death signal then.
    private static string Configuration(int port, string folder) =>
        $"""
        listener {port} 127.0.0.1
        allow_anonymous true
        {(Environment.IsPrivilegedProcess ? "user root" : "")}
        persistence true
        persistence_location {folder}/
        max_queued_messages 10000
        log_dest stderr
        log_type error
        log_type warning
        log_type notice

        """;

    private static async Task<bool> ListensAsync(ChildProcess process, int port, TimeProvider time, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        try
        {
            while (!process.Exited.IsCompleted && time.GetElapsedTime(start) < StartPatience)
            {
                if (await FreePort.IsListeningAsync(port, cancellation).ConfigureAwait(false))
                {
                    // Another program may have taken the port first; then ours is about to end with an error.
                    return !await process.EndsWithinAsync(PollInterval, time).ConfigureAwait(false);
                }

                await Task.Delay(PollInterval, time, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            await process.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return false;
    }
}
