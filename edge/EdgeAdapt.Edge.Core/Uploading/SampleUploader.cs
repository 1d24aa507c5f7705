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
/// the broker's acknowledgement is not enough, since a cloud service may take a message from the broker and die before storing it. What the cloud does
/// not acknowledge in time, or the broker had not when the connection broke, is sent again; the cloud knows repeated samples by their id.
/// A byte budget is paid for each attempt, and a sample waits for it in its turn: were smaller ones let by, a large one would wait for ever.
/// </summary>
internal sealed class SampleUploader(SampleOutbox outbox, IUplink uplink, UploadOptions options, ByteBudget budget, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UnreadableTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HoldTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstRefusalPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRefusalPause = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private readonly SamplesInFlight _inFlight = new(time);
    private readonly Dictionary<string, Hold> _held = new(StringComparer.Ordinal);
    private readonly UploadSpans _spans = new();
    private readonly AsyncSignal _signal = new();
    private volatile UploadOptions _options = options;
    private TimeSpan _timeout = options.AcknowledgementTimeout;
    private TimeSpan _refusalPause = FirstRefusalPause;
    private Hold? _pause;

    /// <summary>Samples that the cloud has acknowledged since the start.</summary>
    /// <remarks>
    /// The outbox counts, because it counts and shrinks in one step: with a count of its own kept here, an agent that stops
    /// when its outbox is empty reported one sample too few now and then.
    /// </remarks>
    public long Acknowledged => outbox.Counters.Acknowledged;

    /// <summary>Samples on their way.</summary>
    public int InFlight => _inFlight.Count;

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

        foreach (string id in acknowledgement.Ids.Concat(acknowledgement.Refused))
        {
            _inFlight.Remove(id);
        }

        lock (_gate)
        {
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

    /// <summary>Takes note of a connection that came or went.</summary>
    internal void OnConnectionChanged()
    {
        bool connected = uplink.IsConnected;
        if (!connected)
        {
            // What the broker has not answered may not have arrived: it is sent again at the next connection. Done here and not by the worker, which
            // may sleep through a connection that comes back at once.
            foreach (string id in _inFlight.RemoveUnanswered())
            {
                _spans.End(id, "the connection broke");
            }
        }

        lock (_gate)
        {
            // Whoever corrects the broker's rules has the device reconnect, or waits.
            _pause = null;
            if (!connected)
            {
                _held.Clear();
            }
        }

        _signal.Set();
    }

    /// <summary>Sends what may be sent now.</summary>
    /// <returns>How long to wait for something to happen before the next acknowledgement is overdue, the budget pays for the next sample, or a pause is over.</returns>
    internal TimeSpan Send(CancellationToken cancellationToken)
    {
        ForgetOverdue();
        EndHolds();
        TimeSpan payday = TimeSpan.Zero;
        while (MaySend(cancellationToken) && outbox.Best(e => !IsBusy(e.Id)) is { } entry && _inFlight.HasRoomFor(entry.Bytes, _options))
        {
            payday = budget.IsSendable(entry.Bytes) ? budget.WaitFor(entry.Bytes) : TimeSpan.Zero;
            if (payday > TimeSpan.Zero)
            {
                break;
            }

            if (ToMessage(entry) is not { } message)
            {
                // A bad sector under the best sample: read and logged again at each wake it would keep the disk busy and fill the log.
                SetAside(entry.Id, UnreadableTime);
                continue;
            }

            payday = budget.WaitFor(message.PacketLength);
            if (payday > TimeSpan.Zero)
            {
                _spans.End(entry.Id, "waits for the byte budget");
                break;
            }

            budget.Spend(message.PacketLength);
            _ = PublishAsync(entry.Id, _inFlight.Add(entry.Id, message.PacketLength), message, cancellationToken);
        }

        lock (_gate)
        {
            TimeSpan wait = payday > TimeSpan.Zero ? Earlier(Timeout.InfiniteTimeSpan, payday) : Timeout.InfiniteTimeSpan;
            wait = _inFlight.UntilOverdue(_timeout) is { } overdue ? Earlier(wait, overdue) : wait;
            foreach (Hold hold in _held.Values.Concat(_pause is null ? [] : [_pause]))
            {
                wait = Earlier(wait, hold.Left(time));
            }

            return wait;
        }
    }

    /// <summary>
    /// Whether the connection takes samples. Asked before each one: on a line that dropped each is answered "not connected" at once, and would be the best to send again.
    /// </summary>
    private bool MaySend(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return uplink.IsConnected && !cancellationToken.IsCancellationRequested && _pause is null && _inFlight.Count < _options.MaximumInFlight;
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
            // Left by a run with a larger budget, or by a version that took any size.
            outbox.Refuse(entry.Id, $"its {entry.Bytes} bytes are more than the cloud takes, or more than half of a byte budget");
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
            IReadOnlyList<string> overdue = _inFlight.RemoveOverdue(_timeout);
            foreach (string id in overdue)
            {
                _spans.End(id, "not acknowledged in time");
            }

            if (overdue.Count > 0)
            {
                Log.AcknowledgementsOverdue(logger, overdue.Count, _timeout);
                TimeSpan doubled = _timeout * 2;
                _timeout = doubled < _options.LongestAcknowledgementTimeout ? doubled : _options.LongestAcknowledgementTimeout;
            }
        }
    }

    private void EndHolds()
    {
        lock (_gate)
        {
            foreach (string id in _held.Where(h => h.Value.Left(time) <= TimeSpan.Zero).Select(h => h.Key).ToArray())
            {
                _held.Remove(id);
            }

            _pause = _pause?.Left(time) <= TimeSpan.Zero ? null : _pause;
        }
    }

    private void SetAside(string id, TimeSpan duration)
    {
        lock (_gate)
        {
            _held[id] = new Hold(time.GetTimestamp(), duration);
        }
    }

    private bool IsBusy(string id)
    {
        lock (_gate)
        {
            return _inFlight.Contains(id) || _held.ContainsKey(id);
        }
    }

    private async Task PublishAsync(string id, long attempt, MqttMessage message, CancellationToken cancellationToken)
    {
        try
        {
            Take(id, attempt, message, await uplink.PublishAsync(message, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The agent stops; the sample waits on disk for the next start.
        }
    }

    private void Take(string id, long attempt, MqttMessage message, PublishOutcome outcome)
    {
        switch (outcome)
        {
            case PublishOutcome.Acknowledged:
                // On its way until the cloud acknowledges it.
                _inFlight.Answer(id, attempt);
                lock (_gate)
                {
                    _refusalPause = FirstRefusalPause;
                }

                break;

            case PublishOutcome.Unsendable:
                // It steps aside so that it does not block those behind it, and is kept, because whoever raises the broker's limit must not find an empty outbox.
                Log.SampleRefused(logger, id, HoldTime);
                _spans.End(id, "refused by the broker");
                SetAside(id, HoldTime);
                _inFlight.Fail(id, attempt);
                break;

            case PublishOutcome.Refused:
                _spans.End(id, "refused by the broker");
                if (_inFlight.Fail(id, attempt))
                {
                    PauseForRefusal(id);
                }

                break;

            case PublishOutcome.NotConnected or PublishOutcome.Lost:
                if (outcome == PublishOutcome.NotConnected)
                {
                    budget.Refund(message.PacketLength);
                }

                _spans.End(id, "not connected");
                if (_inFlight.Fail(id, attempt))
                {
                    // The uplink has not told of the end yet, or did before this sample was sent. The connection's return ends the pause.
                    Pause(RetryDelay);
                }

                break;

            default:
                // The broker may have it all the same, and the line may still hold it: it counts as on its way until the connection ends.
                Log.SampleNotSent(logger, id, outcome);
                break;
        }

        _signal.Set();
    }

    /// <summary>
    /// Pauses where the broker denies samples by its access rules, or for a quota. The next would be refused as well, and each is paid for: with a full outbox all of them would travel again and again.
    /// </summary>
    private void PauseForRefusal(string id)
    {
        lock (_gate)
        {
            if (_pause is not null)
            {
                // One of several that were on their way at once.
                return;
            }

            Log.SampleRefused(logger, id, _refusalPause);
            _pause = new Hold(time.GetTimestamp(), _refusalPause);
            TimeSpan doubled = _refusalPause * 2;
            _refusalPause = doubled < LongestRefusalPause ? doubled : LongestRefusalPause;
        }
    }

    private void Pause(TimeSpan duration)
    {
        lock (_gate)
        {
            _pause ??= new Hold(time.GetTimestamp(), duration);
        }
    }

    /// <summary>Something that waits.</summary>
    /// <param name="Since">The time stamp of its beginning.</param>
    /// <param name="Duration">How long it waits.</param>
    private sealed record Hold(long Since, TimeSpan Duration)
    {
        public TimeSpan Left(TimeProvider time) => Duration - time.GetElapsedTime(Since);
    }
}
