using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Threading;
using EdgeAdapt.Edge.Core.Tracing;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// Sends the outbox, the most valuable sample first, with a bounded number on their way. A sample leaves the outbox only when the cloud says that it has it:
/// the broker's acknowledgement is not enough, since a cloud service may take a message from the broker and die before storing it. What is
/// not acknowledged in time, or was on its way when the connection broke, is sent again; the cloud knows repeated samples by their id.
/// A byte budget is paid for each attempt, and a sample waits for it in its turn: were smaller ones let by, a large one would wait for ever.
/// </summary>
internal sealed class SampleUploader(SampleOutbox outbox, IUplink uplink, UploadOptions options, ByteBudget budget, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HoldTime = TimeSpan.FromMinutes(10);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _sent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private readonly UploadSpans _spans = new();
    private readonly AsyncSignal _signal = new();
    private volatile UploadOptions _options = options;
    private TimeSpan _timeout = options.AcknowledgementTimeout;
    private long _heldSince;

    /// <summary>Samples that the cloud has acknowledged since the start.</summary>
    /// <remarks>
    /// The outbox counts, because it counts and shrinks in one step: with a count of its own kept here, an agent that stops
    /// when its outbox is empty reported one sample too few now and then.
    /// </remarks>
    public long Acknowledged => outbox.Counters.Acknowledged;

    /// <summary>Samples on their way.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _sent.Count;
            }
        }
    }

    /// <summary>Says that the outbox has something new.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Sends by other bounds from now on; the budget is changed by its owner.</summary>
    public void Change(UploadOptions options)
    {
        lock (_gate)
        {
            _options = options;
            _timeout = options.AcknowledgementTimeout;
        }

        _signal.Set();
    }

    /// <summary>Takes an acknowledgement of the cloud: the samples leave the outbox.</summary>
    public void Receive(MqttMessage message)
    {
        if (!SampleAcknowledgement.TryParse(message, out SampleAcknowledgement? acknowledgement, out string? fault))
        {
            Log.AcknowledgementNotRead(logger, fault);
            return;
        }

        outbox.Acknowledge(acknowledgement.Ids);
        foreach (string id in acknowledgement.Ids)
        {
            _spans.End(id, null);
        }

        foreach (string id in acknowledgement.Refused)
        {
            // Sending it again would get the same answer: another model's sample, a picture that does not decode.
            outbox.Refuse(id, "the cloud refuses it for good");
            _spans.End(id, "refused by the cloud");
        }

        lock (_gate)
        {
            foreach (string id in acknowledgement.Ids.Concat(acknowledgement.Refused))
            {
                _sent.Remove(id);
            }

            _timeout = _options.AcknowledgementTimeout;
        }

        _signal.Set();
    }

    /// <summary>Works until cancelled; the budget's exact state is then saved.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        uplink.ConnectionChanged += OnConnectionChanged;
        try
        {
            while (true)
            {
                TimeSpan wait = uplink.IsConnected ? Send(cancellationToken) : Timeout.InfiniteTimeSpan;
                await _signal.WaitAsync(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            uplink.ConnectionChanged -= OnConnectionChanged;
            _spans.EndAll("the agent stops");
            budget.Save();
        }
    }

    private void OnConnectionChanged()
    {
        if (!uplink.IsConnected)
        {
            // Whatever was on its way may not have arrived: it is sent again at the next connection. Done here and not by the worker, which
            // may sleep through a connection that comes back at once.
            lock (_gate)
            {
                _sent.Clear();
                _held.Clear();
            }

            _spans.EndAll("the connection broke");
        }

        _signal.Set();
    }

    /// <summary>Sends what may be sent now.</summary>
    /// <returns>How long to wait for something to happen before the next acknowledgement is overdue, or the budget pays for the next sample.</returns>
    internal TimeSpan Send(CancellationToken cancellationToken)
    {
        ForgetOverdue();
        TimeSpan payday = TimeSpan.Zero;
        var unreadable = new HashSet<string>(StringComparer.Ordinal);
        while (InFlight < _options.MaximumInFlight && outbox.Best(e => !unreadable.Contains(e.Id) && !IsBusy(e.Id)) is { } entry)
        {
            payday = budget.IsSendable(entry.Bytes) ? budget.WaitFor(entry.Bytes) : TimeSpan.Zero;
            if (payday > TimeSpan.Zero)
            {
                break;
            }

            if (ToMessage(entry) is not { } message)
            {
                unreadable.Add(entry.Id);
                continue;
            }

            payday = budget.WaitFor(message.PacketLength);
            if (payday > TimeSpan.Zero)
            {
                _spans.End(entry.Id, "waits for the byte budget");
                break;
            }

            budget.Spend(message.PacketLength);
            lock (_gate)
            {
                _sent[entry.Id] = time.GetTimestamp();
            }

            _ = PublishAsync(entry.Id, message, cancellationToken);
        }

        lock (_gate)
        {
            TimeSpan wait = unreadable.Count > 0 ? RetryDelay : _held.Count > 0 ? HoldTime : Timeout.InfiniteTimeSpan;
            wait = payday > TimeSpan.Zero ? Earlier(wait, payday) : wait;
            return _sent.Count > 0 ? Earlier(wait, _timeout - time.GetElapsedTime(_sent.Values.Min())) : wait;
        }
    }

    /// <summary>The earlier of two waits, but not less than a timer can keep nor more than it can count.</summary>
    private static TimeSpan Earlier(TimeSpan wait, TimeSpan next)
    {
        next = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(next.TotalMilliseconds), 1, TimeSpan.FromDays(1).TotalMilliseconds));
        return wait == Timeout.InfiniteTimeSpan || next < wait ? next : wait;
    }

    /// <summary>The message of a sample, or null where it cannot be read now, or never be sent: then it is set aside.</summary>
    private MqttMessage? ToMessage(OutboxEntry entry)
    {
        if (!budget.IsSendable(entry.Bytes))
        {
            // Left by a run with a larger budget.
            outbox.Refuse(entry.Id, $"its {entry.Bytes} bytes are more than half of a byte budget");
            return null;
        }

        try
        {
            return outbox.Read(entry) is { } sample ? _spans.Begin(sample, entry.Stamp).ToMessage() : null;
        }
        catch (ArgumentException e)
        {
            // A spool file of other settings, for example a device name that is no longer allowed. It can never be sent.
            outbox.Refuse(entry.Id, e.Message);
            return null;
        }
    }

    private void ForgetOverdue()
    {
        lock (_gate)
        {
            string[] overdue = [.. _sent.Where(s => time.GetElapsedTime(s.Value) >= _timeout).Select(s => s.Key)];
            foreach (string id in overdue)
            {
                _sent.Remove(id);
                _spans.End(id, "not acknowledged in time");
            }

            if (overdue.Length > 0)
            {
                Log.AcknowledgementsOverdue(logger, overdue.Length, _timeout);
                TimeSpan doubled = _timeout * 2;
                _timeout = doubled < _options.LongestAcknowledgementTimeout ? doubled : _options.LongestAcknowledgementTimeout;
            }

            if (_held.Count > 0 && time.GetElapsedTime(_heldSince) >= HoldTime)
            {
                _held.Clear();
            }
        }
    }

    private bool IsBusy(string id)
    {
        lock (_gate)
        {
            return _sent.ContainsKey(id) || _held.Contains(id);
        }
    }

    private async Task PublishAsync(string id, MqttMessage message, CancellationToken cancellationToken)
    {
        try
        {
            PublishOutcome outcome = await uplink.PublishAsync(message, cancellationToken).ConfigureAwait(false);
            if (outcome == PublishOutcome.Acknowledged)
            {
                // On its way until the cloud acknowledges it; the timeout runs from the broker's answer, not from before a slow link.
                lock (_gate)
                {
                    if (_sent.ContainsKey(id))
                    {
                        _sent[id] = time.GetTimestamp();
                    }
                }
            }
            else if (outcome == PublishOutcome.Refused)
            {
                // Too large for this broker, or a topic that its access rules deny. It steps aside so that it does not block those behind it,
                // and is kept, because whoever corrects the rules must not find an empty outbox.
                Log.SampleRefused(logger, id, HoldTime);
                _spans.End(id, "refused by the broker");
                lock (_gate)
                {
                    _sent.Remove(id);
                    _heldSince = _held.Count == 0 ? time.GetTimestamp() : _heldSince;
                    _held.Add(id);
                }

                _signal.Set();
            }
            else if (outcome == PublishOutcome.NotConnected)
            {
                // The marks may have been cleared for this disconnection before this one was set, and the next clearing comes only with the
                // next disconnection. No signal: the connection's return wakes the worker.
                budget.Refund(message.PacketLength);
                _spans.End(id, "not connected");
                lock (_gate)
                {
                    _sent.Remove(id);
                }
            }
            else
            {
                // The broker may have it all the same, so it counts as on its way until the timeout.
                Log.SampleNotSent(logger, id, outcome);
            }
        }
        catch (OperationCanceledException)
        {
            // The agent stops; the sample waits on disk for the next start.
        }
    }
}
