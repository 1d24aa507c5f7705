using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Cloud.Service;

/// <summary>Runs the parts of <see cref="CloudRuntime"/> for as long as the host runs, and leaves everything saved.</summary>
internal sealed class CloudWorker : BackgroundService
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private readonly CloudRuntime _runtime;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<CloudWorker> _logger;

    public CloudWorker(CloudRuntime runtime, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<CloudWorker> logger)
    {
        _runtime = runtime;
        _lifetime = lifetime;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether the work ended with an error rather than by a stop.</summary>
    public bool HasFailed { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The host listens already: live while large graphs are built, ready afterwards.
            await Task.Yield();
            AdaptationLoop loop = _runtime.LoadModels();
            await ConnectAsync(stoppingToken).ConfigureAwait(false);
            loop.Wake();
            Task[] work =
            [
                loop.RunAsync(stoppingToken),
                _runtime.Ingest.RunAsync(stoppingToken),
                _runtime.Acknowledgements.RunAsync(stoppingToken),
                _runtime.Publisher.RunAsync(stoppingToken),
            ];

            // The first to end is a failure unless the service stops; waiting for the others would hide it.
            await (await Task.WhenAny(work).ConfigureAwait(false)).ConfigureAwait(false);
            await Task.WhenAll(work).ConfigureAwait(false);
            await SaveAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // Without its work the service is an empty shell that looks alive: better restarted by whoever watches it.
            HasFailed = true;
            _logger.Failed(e);
            _lifetime.StopApplication();
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        string tenant = _runtime.Setup.Tenant;
        MqttSession broker = _runtime.Broker;
        broker.StateChanged += OnBrokerState;
        await broker.SubscribeAsync(Topics.AllSamples(tenant), _runtime.Ingest.HandleAsync).ConfigureAwait(false);
        await broker.SubscribeAsync(Topics.AllStatistics(tenant), (message, _) =>
        {
            _runtime.Devices.TakeStatistics(message);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        await broker.SubscribeAsync(Topics.AllTelemetry(tenant), (message, _) =>
        {
            _runtime.Devices.TakeTelemetry(message);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        await broker.SubscribeAsync(Topics.AllStatus(tenant), (message, _) =>
        {
            _runtime.Devices.TakeStatus(message);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        await broker.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    private void OnBrokerState(MqttSessionState state)
    {
        _logger.BrokerState(_runtime.Setup.Broker.Host, _runtime.Setup.Broker.Port, state);
        if (state == MqttSessionState.Connected)
        {
            // A broker that was restarted may have forgotten what it retained; a device that joins later needs it.
            foreach (AdaptationSession session in _runtime.Sessions.All)
            {
                _runtime.Publisher.Request(session);
            }
        }
    }

    /// <summary>What is on the disk is acknowledged, and the counters are saved.</summary>
    private async Task SaveAsync()
    {
        using var limit = new CancellationTokenSource(LastWords, _time);
        try
        {
            await _runtime.Acknowledgements.FlushAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A broker that does not answer must not hold up the stop; the devices send these samples again.
        }

        foreach (AdaptationSession session in _runtime.Sessions.All)
        {
            try
            {
                session.Save();
            }
            catch (IOException e)
            {
                _logger.NotSaved(e, session.Key.ToString());
            }
        }

        _logger.Stopped(_runtime.Sessions.All.Count);
    }
}
