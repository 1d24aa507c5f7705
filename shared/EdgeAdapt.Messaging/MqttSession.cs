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
    private static readonly TimeSpan SubscriptionRetry = TimeSpan.FromMinutes(3);

    private readonly Func<IMqttTransport> _connect;
    private readonly MqttSessionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Subscriptions _subscriptions;
    private readonly SessionStates _states;
    private readonly ReconnectDelay _delay;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private volatile Connection? _connection;
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
    /// Subscribes, now where connected and at each later connect. A refusal by the broker is logged and tried again every few
    /// minutes and at the next connect. The filters of a session should not overlap: a broker may deliver a message once for each that covers it.
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

        Connection? connection;
        lock (_lock)
        {
            _subscriptions.Add(filter, handler, quality);
            connection = _connection;
        }

        if (connection is not null)
        {
            await SubscribeOnAsync(connection, filter, quality).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes and waits for the broker's answer, or at most once for the network to take it: at most the publish timeout.</summary>
    /// <param name="message">The message; a topic with wildcards is an <see cref="ArgumentException"/>.</param>
    /// <param name="cancellationToken">Ends the wait with <see cref="OperationCanceledException"/>; the broker may get the message all the same.</param>
    public Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken) => PublishAsync(message, patient: false, cancellationToken);

    /// <summary>
    /// As <see cref="PublishAsync(MqttMessage, CancellationToken)"/>, but waits for the broker's answer as long as the connection lasts, for those who repeat what is not answered: a
    /// message that a slow line still holds must not be queued behind itself. It never waits for ever, since a broker that answers nothing loses the connection.
    /// </summary>
    /// <param name="message">The message; a topic with wildcards is an <see cref="ArgumentException"/>.</param>
    /// <param name="cancellationToken">Ends the wait with <see cref="OperationCanceledException"/>; the broker may get the message all the same.</param>
    public Task<PublishOutcome> PublishUntilAnsweredAsync(MqttMessage message, CancellationToken cancellationToken) => PublishAsync(message, patient: true, cancellationToken);

    private async Task<PublishOutcome> PublishAsync(MqttMessage message, bool patient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!TopicFilter.IsTopic(message.Topic))
        {
            throw new ArgumentException($"'{message.Topic}' is no topic to publish on: it is empty, too long or has wildcards.", nameof(message));
        }

        Connection? connection = _connection;
        if (connection is null)
        {
            return PublishOutcome.NotConnected;
        }

        long bytes = message.PacketLength;
        if (MessageRules.Fault(message) is { } fault)
        {
            SessionLog.PublishRefused(_logger, bytes, message.Topic, fault);
            return PublishOutcome.Unsendable;
        }

        Interlocked.Add(ref _bytesSent, bytes);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        connection.Silence.Begin(bytes);
        try
        {
            return await AnswerAsync(connection, message, bytes, patient, abandoned, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            connection.Silence.End(bytes);
        }
    }

    private async Task<PublishOutcome> AnswerAsync(
        Connection connection, MqttMessage message, long bytes, bool patient, CancellationTokenSource abandoned, CancellationToken cancellationToken)
    {
        Task<PublishResult> publishing = connection.Transport.PublishAsync(message, abandoned.Token);
        while (true)
        {
            long began = _time.GetTimestamp();
            try
            {
                TimeSpan limit = patient ? connection.Silence.LimitOf(_options.PublishTimeout) : _options.PublishTimeout;
                PublishResult result = await publishing.WaitAsync(limit, _time, cancellationToken).ConfigureAwait(false);
                return Note(result, message, bytes, connection.Silence);
            }
            catch (TimeoutException)
            {
                connection.Silence.Count(began);
                if (!patient)
                {
                    await abandoned.CancelAsync().ConfigureAwait(false);
                    SessionLog.PublishTimedOut(_logger, bytes, message.Topic, _options.PublishTimeout);
                    return PublishOutcome.TimedOut;
                }
            }
        }
    }

    /// <summary>
    /// Ends when the state is reached, at once where it is the present one. A state passed through briefly counts for those who
    /// were waiting. An <see cref="InvalidOperationException"/> where the session stops before.
    /// </summary>
    public Task WaitForAsync(MqttSessionState state, CancellationToken cancellationToken) => _states.WaitAsync(state, cancellationToken);

    /// <summary>Disconnects in good order (the will is not sent) and ends the handlers. Publishes that wait get <see cref="PublishOutcome.NotConnected"/> or <see cref="PublishOutcome.Lost"/>.</summary>
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
            _connection = null;
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
        var connection = new Connection(transport, new BrokerSilence(_time), []);
        IReadOnlyList<(string Filter, QualityOfService Quality)> filters;
        lock (_lock)
        {
            _connection = connection;
            filters = _subscriptions.Filters;
        }

        // A handler may still be busy with messages of the connection before; order is kept without holding up this one.
        _dispatch = DispatchAsync(_dispatch, transport.Messages, stopping);
        foreach ((string filter, QualityOfService quality) in filters)
        {
            await SubscribeOnAsync(connection, filter, quality).WaitAsync(stopping).ConfigureAwait(false);
        }

        _lastFault = null;
        SessionLog.Connected(_logger, _options.Host, _options.Port, _options.ClientId);
        if (!transport.Disconnected.IsCompleted)
        {
            _states.Set(MqttSessionState.Connected);
        }

        string reason = await EndOfAsync(connection, stopping).ConfigureAwait(false);
        _connection = null;
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

    /// <summary>Waits for the end of a connection, and subscribes again meanwhile to what the broker refused: a refusal that is over must not last as long as a connection, which may be months.</summary>
    private async Task<string> EndOfAsync(Connection connection, CancellationToken stopping)
    {
        Task<Task> ended = Task.WhenAny(connection.Transport.Disconnected, connection.Silence.TooLong);
        while (true)
        {
            try
            {
                await ended.WaitAsync(SubscriptionRetry, _time, stopping).ConfigureAwait(false);
                return connection.Transport.Disconnected.IsCompleted
                    ? await connection.Transport.Disconnected.ConfigureAwait(false)
                    : $"The broker keeps it but has answered no publish for at least {BrokerSilence.TooManyTimeouts} times {_options.PublishTimeout.TotalSeconds:0.###} s.";
            }
            catch (TimeoutException)
            {
                (string Filter, QualityOfService Quality)[] refused;
                lock (_lock)
                {
                    refused = [.. connection.Refused.Select(r => (r.Key, r.Value))];
                }

                foreach ((string filter, QualityOfService quality) in refused)
                {
                    await SubscribeOnAsync(connection, filter, quality).WaitAsync(stopping).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task SubscribeOnAsync(Connection connection, string filter, QualityOfService quality)
    {
        using var timeout = new CancellationTokenSource(_options.PublishTimeout, _time);
        string? fault;
        try
        {
            fault = (await connection.Transport.SubscribeAsync(filter, quality, timeout.Token).ConfigureAwait(false)).Fault;
        }
        catch (OperationCanceledException)
        {
            fault = $"no answer within {_options.PublishTimeout.TotalSeconds:0.###} s.";
        }

        bool changed;
        lock (_lock)
        {
            changed = fault is null ? connection.Refused.Remove(filter) : connection.Refused.TryAdd(filter, quality);
        }

        if (!changed || connection.Transport.Disconnected.IsCompleted)
        {
            return;
        }

        if (fault is null)
        {
            SessionLog.SubscriptionGranted(_logger, filter);
        }
        else
        {
            SessionLog.SubscriptionRefused(_logger, filter, fault);
        }
    }

    private PublishOutcome Note(PublishResult result, MqttMessage message, long bytes, BrokerSilence silence)
    {
        if (result.Outcome is PublishOutcome.Refused or PublishOutcome.Unsendable)
        {
            SessionLog.PublishRefused(_logger, bytes, message.Topic, result.Fault ?? string.Empty);
        }

        if (result.Outcome is PublishOutcome.Acknowledged or PublishOutcome.Refused && message.Quality == QualityOfService.AtLeastOnce)
        {
            silence.Break();
        }

        return result.Outcome;
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

    /// <summary>A connection that is served.</summary>
    /// <param name="Transport">Carries it.</param>
    /// <param name="Silence">Told of answers to publishes, and of those that do not come.</param>
    /// <param name="Refused">Filters that the broker has not granted; guarded by the session's lock.</param>
    private sealed record Connection(IMqttTransport Transport, BrokerSilence Silence, Dictionary<string, QualityOfService> Refused);
}
