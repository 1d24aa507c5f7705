using System.Threading.Channels;
using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EdgeAdapt.Messaging;

/// <summary>
/// A lasting connection to a broker: connects in the background, reconnects with growing, jittered delays for as long as it
/// lives, subscribes anew at each connect, and gives received messages to their handlers one after the other, in order.
/// It keeps no message for later: a publish without connection fails at once, and whoever published decides about repetition.
/// Nothing thrown in the background ends it. Safe for several threads at once.
/// </summary>
public sealed class MqttSession : IAsyncDisposable
{
    private static readonly TimeSpan SuspiciouslyShort = TimeSpan.FromSeconds(2);

    private readonly Func<IMqttTransport> _connect;
    private readonly MqttSessionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Subscriptions _subscriptions;
    private readonly SessionStates _states;
    private readonly ReconnectDelay _delay;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private volatile IMqttTransport? _transport;
    private Task? _run;
    private Task _dispatch = Task.CompletedTask;
    private string? _lastFault;
    private long _bytesSent;
    private long _bytesReceived;

    /// <summary>Creates a session that is not started yet.</summary>
    /// <param name="connect">Makes a transport for each attempt to connect; the session disposes it.</param>
    /// <param name="options">Where the broker is. Options with faults are an <see cref="ArgumentException"/> that lists them all.</param>
    /// <param name="time">Times delays and time limits.</param>
    /// <param name="logger">Told of each change of the connection once.</param>
    public MqttSession(Func<IMqttTransport> connect, MqttSessionOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(logger);
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException("The broker settings cannot be used. " + string.Join(" ", faults), nameof(options));
        }

        _connect = connect;
        _options = options;
        _time = time;
        _logger = logger;
        _subscriptions = new Subscriptions(logger);
        _states = new SessionStates(logger);
        _delay = new ReconnectDelay(options.ReconnectMinimum, options.ReconnectMaximum, new Random(options.JitterSeed));
    }

    /// <summary>Called after each change of <see cref="State"/>, with the new one, on the session's own task: return soon.</summary>
    public event Action<MqttSessionState>? StateChanged
    {
        add => _states.Changed += value;
        remove => _states.Changed -= value;
    }

    /// <summary>Where the session stands.</summary>
    public MqttSessionState State => _states.Current;

    /// <summary>Bytes of the PUBLISH packets given to the network so far, see <see cref="MqttMessage.PacketLength"/>; repeated messages count each time.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes of the PUBLISH packets received so far, see <see cref="MqttMessage.PacketLength"/>.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Starts connecting in the background and returns at once. A second call is an <see cref="InvalidOperationException"/>.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (_run is not null)
            {
                throw new InvalidOperationException("The session has been started already.");
            }

            _run = Task.Run(RunAsync, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Subscribes, now where connected and at each later connect. A refusal by the broker is logged and tried again at the
    /// next connect. The filters of a session should not overlap: a broker may deliver a message once for each that covers it.
    /// </summary>
    /// <param name="filter">A topic filter; anything else is an <see cref="ArgumentException"/>.</param>
    /// <param name="handler">Takes the messages, one at a time. It may publish.</param>
    /// <param name="quality">At most once, the broker keeps nothing for this session while it is away.</param>
    public async ValueTask SubscribeAsync(string filter, Func<MqttMessage, CancellationToken, ValueTask> handler, QualityOfService quality = QualityOfService.AtLeastOnce)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!TopicFilter.IsFilter(filter))
        {
            throw new ArgumentException($"'{filter}' is no topic filter: + stands alone in its level, # alone in the last one.", nameof(filter));
        }

        IMqttTransport? transport;
        lock (_lock)
        {
            _subscriptions.Add(filter, handler, quality);
            transport = _transport;
        }

        if (transport is not null)
        {
            await SubscribeOnAsync(transport, filter, quality).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes and waits for the broker's answer, or at most once for the network to take it: at most the publish timeout.</summary>
    /// <param name="message">The message; a topic with wildcards is an <see cref="ArgumentException"/>.</param>
    /// <param name="cancellationToken">Ends the wait with <see cref="OperationCanceledException"/>; the broker may get the message all the same.</param>
    public async Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!TopicFilter.IsTopic(message.Topic))
        {
            throw new ArgumentException($"'{message.Topic}' is no topic to publish on: it is empty, too long or has wildcards.", nameof(message));
        }

        IMqttTransport? transport = _transport;
        if (transport is null)
        {
            return PublishOutcome.NotConnected;
        }

        long bytes = message.PacketLength;
        if (MessageRules.Fault(message) is { } fault)
        {
            SessionLog.PublishRefused(_logger, bytes, message.Topic, fault);
            return PublishOutcome.Refused;
        }

        Interlocked.Add(ref _bytesSent, bytes);
        using var timeout = new CancellationTokenSource(_options.PublishTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            PublishResult result = await transport.PublishAsync(message, either.Token).ConfigureAwait(false);
            if (result.Outcome == PublishOutcome.Refused)
            {
                SessionLog.PublishRefused(_logger, bytes, message.Topic, result.Fault ?? string.Empty);
            }

            return result.Outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            SessionLog.PublishTimedOut(_logger, bytes, message.Topic, _options.PublishTimeout);
            return PublishOutcome.TimedOut;
        }
    }

    /// <summary>
    /// Ends when the state is reached, at once where it is the present one. A state passed through briefly counts for those who
    /// were waiting. An <see cref="InvalidOperationException"/> where the session stops before.
    /// </summary>
    public Task WaitForAsync(MqttSessionState state, CancellationToken cancellationToken) => _states.WaitAsync(state, cancellationToken);

    /// <summary>Disconnects in good order (the will is not sent) and ends the handlers. Publishes that wait get <see cref="PublishOutcome.NotConnected"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? run;
        lock (_lock)
        {
            run = _run;
            _stopping.Cancel();
        }

        if (run is not null)
        {
            await run.ConfigureAwait(false);
        }

        _states.Set(MqttSessionState.Stopped);
    }

    private async Task RunAsync()
    {
        var retry = new RetryStrategyOptions<bool>
        {
            ShouldHandle = static _ => PredicateResult.True(),
            MaxRetryAttempts = int.MaxValue,
            DelayGenerator = _ => ValueTask.FromResult<TimeSpan?>(_delay.Next()),
        };
        ResiliencePipeline<bool> pipeline = new ResiliencePipelineBuilder<bool> { TimeProvider = _time }.AddRetry(retry).Build();
        try
        {
            await pipeline.ExecuteAsync(ConnectAndServeAsync, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping is the only way out of the pipeline.
        }

        await _dispatch.ConfigureAwait(false);
    }

    /// <summary>One connection from its attempt to its end. True where it was established.</summary>
    private async ValueTask<bool> ConnectAndServeAsync(CancellationToken stopping)
    {
        _states.Set(MqttSessionState.Connecting);
        try
        {
            IMqttTransport transport = _connect();
            await using (transport.ConfigureAwait(false))
            {
                ConnectResult result = await ConnectAsync(transport, stopping).ConfigureAwait(false);
                if (result.Outcome == ConnectOutcome.Connected)
                {
                    await ServeAsync(transport, stopping).ConfigureAwait(false);
                    return true;
                }

                NoteFault(result.Fault ?? $"{result.Outcome}.");
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the session: the transport has been disposed, in good order.
        }
        catch (Exception e)
        {
            // An unexpected fault of a client library (or a missing one) must not end the session for good: the device would stay silent until its next start.
            if (_lastFault != e.Message)
            {
                _lastFault = e.Message;
                SessionLog.TransportFailed(_logger, e);
            }
        }
        finally
        {
            _transport = null;
            _states.Set(MqttSessionState.Disconnected);
        }

        return false;
    }

    private async Task<ConnectResult> ConnectAsync(IMqttTransport transport, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            return await transport.ConnectAsync(_options, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            string fault = $"No answer within {_options.ConnectTimeout.TotalSeconds:0.###} s. Check the address, and whether a firewall swallows the connection.";
            return new ConnectResult(ConnectOutcome.TimedOut, false, fault);
        }
    }

    private async Task ServeAsync(IMqttTransport transport, CancellationToken stopping)
    {
        long connected = _time.GetTimestamp();
        IReadOnlyList<(string Filter, QualityOfService Quality)> filters;
        lock (_lock)
        {
            _transport = transport;
            filters = _subscriptions.Filters;
        }

        // A handler may still be busy with messages of the connection before; order is kept without holding up this one.
        _dispatch = DispatchAsync(_dispatch, transport.Messages, stopping);
        foreach ((string filter, QualityOfService quality) in filters)
        {
            await SubscribeOnAsync(transport, filter, quality).WaitAsync(stopping).ConfigureAwait(false);
        }

        _lastFault = null;
        SessionLog.Connected(_logger, _options.Host, _options.Port, _options.ClientId);
        if (!transport.Disconnected.IsCompleted)
        {
            _states.Set(MqttSessionState.Connected);
        }

        string reason = await transport.Disconnected.WaitAsync(stopping).ConfigureAwait(false);
        _transport = null;
        if (_time.GetElapsedTime(connected) < SuspiciouslyShort)
        {
            reason += " It did not last: if that repeats, look for another client with the same client id.";
        }

        SessionLog.ConnectionLost(_logger, _options.Host, _options.Port, reason);

        // A broker that accepts and drops at once (a duplicate client id, say) must meet growing delays like one that is down.
        if (_time.GetElapsedTime(connected) >= _options.ReconnectMaximum)
        {
            _delay.Reset();
        }
    }

    private async Task SubscribeOnAsync(IMqttTransport transport, string filter, QualityOfService quality)
    {
        using var timeout = new CancellationTokenSource(_options.PublishTimeout, _time);
        string? fault;
        try
        {
            fault = (await transport.SubscribeAsync(filter, quality, timeout.Token).ConfigureAwait(false)).Fault;
        }
        catch (OperationCanceledException)
        {
            fault = $"no answer within {_options.PublishTimeout.TotalSeconds:0.###} s.";
        }

        if (fault is not null && !transport.Disconnected.IsCompleted)
        {
            SessionLog.SubscriptionRefused(_logger, filter, fault);
        }
    }

    private async Task DispatchAsync(Task before, ChannelReader<MqttMessage> messages, CancellationToken stopping)
    {
        await before.ConfigureAwait(false);
        try
        {
            await foreach (MqttMessage message in messages.ReadAllAsync(stopping).ConfigureAwait(false))
            {
                Interlocked.Add(ref _bytesReceived, message.PacketLength);
                await _subscriptions.DispatchAsync(message, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is left unread comes again: devices repeat what the cloud has not acknowledged, and retained messages stay.
        }
    }

    private void NoteFault(string fault)
    {
        if (_lastFault != fault)
        {
            _lastFault = fault;
            SessionLog.ConnectFailed(_logger, _options.Host, _options.Port, fault);
        }
    }
}
