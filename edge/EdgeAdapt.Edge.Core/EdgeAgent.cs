using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Metrics;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Threading;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core;

/// <summary>
/// An edge agent: answers frames, selects samples, uploads them, follows its own statistics, and takes parameter sets. Answers never wait for
/// the cloud. Open it, run it once, dispose it.
/// </summary>
public sealed class EdgeAgent : IAsyncDisposable
{
    private static readonly TimeSpan MaintenancePeriod = TimeSpan.FromMinutes(1);
    private const int IntakeWorker = 2;

    // Of what reports may take of a byte budget, see AgentReports for the rest.
    private const double AnswersPart = 0.2;
    private readonly AgentParts _parts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FrameLoop _loop;
    private readonly SampleUploader _uploader;
    private readonly OutboxIntake _intake;
    private readonly AgentReports _reports;
    private readonly DriftReporter _drift;
    private readonly AnswerPublisher? _answers;
    private readonly AsyncSignal _progress = new();

    private EdgeAgent(AgentParts parts, TimeProvider time, ILogger logger)
    {
        _parts = parts;
        _time = time;
        _logger = logger;
        EdgeAgentOptions options = parts.Options;
        _uploader = new SampleUploader(parts.Outbox, parts.Uplink, options.Upload, parts.Budget, time, logger);
        _intake = new OutboxIntake(parts.Outbox, options.Outbox.QueuedWrites, _uploader.Wake);
        _answers = options.PublishAnswers == AnswerPublishing.None || options.Privacy == PrivacyMode.Nothing ? null
            : new AnswerPublisher(options.PublishAnswers == AnswerPublishing.Changes, parts.Pack, parts.Uplink, parts.Counters, parts.Budget.Allow(AnswersPart));
        _loop = new FrameLoop(
            new FrameLoopOptions(
                parts.IsLive ? 0 : options.Rate, parts.IsLive || options.Rate > 0, options.StatisticsBatch, options.Tenant, options.Device, options.Group, parts.ModelName, parts.ModelSha256)
            {
                KeepsImages = options.Privacy == PrivacyMode.Images,
            },
            new FrameLoopParts(
                parts.Decoder, parts.Rollout.Active, parts.Filter, parts.FilterState, _intake, parts.Report, parts.Counters, parts.Rollout.Offer,
                parts.Steering, parts.Rollout.Observe, parts.Rollout.TakesStatistics, parts.Drift.Observe, parts.Audit, parts.Budget.Release) { Publisher = _answers },
            time, logger);
        _reports = new AgentReports(parts, _uploader, _loop, time, logger);
        _drift = new DriftReporter(
            parts.Drift, options.Drift, parts.DriftState, parts.Report, options.Privacy == PrivacyMode.Nothing ? null : _reports.PublishTelemetry, time, logger);
        Model = new DeviceModel(parts, _loop, time, () => _reports.Status("status"));
        AgentMeter.Observe(parts, _uploader, _loop);
        if (options.Privacy != PrivacyMode.Nothing)
        {
            parts.Rollout.StatisticsRefreshed += _reports.PublishStatistics;
        }

        NoteChanges();
        parts.Rollout.ParametersDecided += () => _reports.PublishStatus();
        parts.Uplink.ConnectionChanged += () =>
        {
            if (parts.Uplink.IsConnected)
            {
                // The will, or an earlier stop, may have left the retained status at offline.
                _reports.PublishStatus();
            }
        };
    }

    /// <summary>What the agent has done so far.</summary>
    public AgentCounters Counters => _parts.Counters;

    /// <summary>Version of the parameter set that answers now; 0 for the model as built.</summary>
    public long ParameterVersion => _parts.Rollout.Active.Version;

    /// <summary>How the stream looks now. Thread safe; usable from the agent's opening on.</summary>
    public DriftSnapshot Drift => _parts.Drift.Snapshot();

    /// <summary>The agent's model, for whoever answers requests with it.</summary>
    public DeviceModel Model { get; }

    /// <summary>Why settings that came while the agent runs are not used; null where the newest ones are. Set by whoever reads settings; told in status and metrics.</summary>
    public string? SettingsFault
    {
        get => _parts.SettingsFault;
        set => _parts.SettingsFault = value;
    }

    /// <summary>Opens everything that the agent needs; nothing runs yet.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="connect">Makes the uplink from complete settings; not called where the options name no broker.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="logger">Receives every message of the agent.</param>
    /// <param name="source">
    /// Where frames come from, in place of what the options name; null for that. It sets the pace itself, as a camera does: the agent takes each frame as soon as it has one.
    /// Disposed with the agent, also where this method throws.
    /// </param>
    /// <exception cref="EdgeAgentException">It cannot start; the message lists the faults with their remedies.</exception>
    public static EdgeAgent Open(EdgeAgentOptions options, Func<MqttSessionOptions, IUplink> connect, TimeProvider time, ILogger logger, IFrameSource? source = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(connect);
        var agent = new EdgeAgent(AgentParts.Open(options, connect, time, logger, source), time, logger);

        // Preparing the model leaves several copies of it behind, which a device would carry along until a full collection some time.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        return agent;
    }

    /// <summary>
    /// Runs until the source is exhausted and the outbox drained or its time over, or until cancelled: then the frame under way is finished
    /// and what waits stays on disk.
    /// </summary>
    /// <param name="stop">Asks it to stop; that is a regular end, not an exception.</param>
    public async Task<AgentEnd> RunAsync(CancellationToken stop)
    {
        EdgeAgentOptions options = _parts.Options;
        Log.Started(_logger, options.Model, ParameterVersion, _parts.Source.Description, options.State);
        if (options is { Broker: not null, TrustedKeys.Count: 0 })
        {
            Log.SetsNotVerified(_logger);
        }

        using var stopWorkers = new CancellationTokenSource();
        await _parts.Uplink.SubscribeAsync(Topics.SampleAcknowledgements(options.Tenant, options.Device), (message, _) => Receive(message)).ConfigureAwait(false);
        await _parts.Uplink.SubscribeAsync(Topics.GroupParameters(options.Tenant, options.Group, _parts.ModelName), (message, _) => Take(message)).ConfigureAwait(false);
        if (_parts.Images is { } images)
        {
            await _parts.Uplink.SubscribeAsync(options.Input.ImageTopic!, (message, _) => Take(images, message), QualityOfService.AtMostOnce).ConfigureAwait(false);
        }

        await _parts.Uplink.StartAsync(CancellationToken.None).ConfigureAwait(false);
        using var stopFrames = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] workers =
        [
            Task.Run(() => _parts.Rollout.RunAsync(stopWorkers.Token), CancellationToken.None),
            Task.Run(() => UploadAsync(stopWorkers.Token), CancellationToken.None),
            Task.Run(_intake.RunAsync, CancellationToken.None),
            Task.Run(() => _parts.FilterState.RunAsync(_time, stopWorkers.Token), CancellationToken.None),
            MaintainOutboxAsync(stopWorkers.Token),
            .. _reports.Start(stopWorkers.Token),
            Task.Run(() => _drift.RunAsync(stopWorkers.Token), CancellationToken.None),
            Task.Run(() => _answers?.RunAsync(stopWorkers.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, _time, stopWorkers.Token), CancellationToken.None),
        ];
        AgentEnd end = AgentEnd.Stopped;
        try
        {
            end = await AnswerAsync(workers, stopFrames).ConfigureAwait(false);
        }
        finally
        {
            _intake.Complete();
            await _reports.SayFarewellAsync().ConfigureAwait(false);
            await stopWorkers.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _parts.Uplink.DisposeAsync().ConfigureAwait(false);
            string reason = end switch
            {
                AgentEnd.Drained => "drained",
                AgentEnd.DrainTimeout => "drain timeout",
                _ => "stopped",
            };
            _parts.Outbox.LogDrops();
            _parts.Report.Write(_reports.Status("finished") with { Reason = reason });
            Log.Stopped(_logger, reason, Counters.Seen, Counters.Failed, _uploader.Acknowledged, _parts.Outbox.Count);
        }

        return end;
    }

    /// <summary>
    /// Goes on under other options, between two frames: thresholds and share of the filter, upload bounds and byte budget, size of the outbox, limits of
    /// the guard. The rest of the options is not looked at; the number of canary frames and of kept sets stay as they were.
    /// </summary>
    /// <param name="next">The options, all of them valid.</param>
    /// <exception cref="ArgumentException">They have faults; nothing was changed.</exception>
    public async Task ReconfigureAsync(EdgeAgentOptions next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (next.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(next));
        }

        await _loop.ChangeAsync(() =>
        {
            _parts.Filter.Options = next.Selection;
            _parts.FilterState.Options = next.Selection;
            _parts.Steering.Change(next.Upload.Budget);
            _parts.Budget.Change(next.Upload.Budget);
            _parts.RolloutOptions.Guard = next.Guard;
            _uploader.Change(next.Upload);
            _parts.Decoder.Change(next.Upload);
        }).ConfigureAwait(false);

        // Behind the frames: the budget is written, a smaller outbox deletes files, and answers do not wait for the disk.
        _parts.Budget.Save();
        OutboxOptions outbox = AgentParts.WithinBudget(next);
        _parts.Outbox.ChangeBounds(outbox.MaximumBytes, outbox.MaximumSampleBytes);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync().ConfigureAwait(false);
        _loop.Dispose();
    }

    /// <summary>What the layers read tells a change of the stream from one of the parameters; entropies fall with each good set, so they are asked only where there is nothing better.</summary>
    private void NoteChanges()
    {
        if (_parts.Rollout.FollowsStatistics)
        {
            _parts.Rollout.StatisticsRefreshed += (_, _, changed) =>
            {
                if (changed)
                {
                    _loop.NoteChange();
                }
            };
            return;
        }

        _parts.Drift.ChangeDetected += change =>
        {
            if (!change.ParametersChanged)
            {
                _loop.NoteChange();
            }
        };
    }

    private async Task<AgentEnd> AnswerAsync(Task[] workers, CancellationTokenSource stop)
    {
        Task frames = Task.Run(() => _loop.RunAsync(_parts.Source, stop.Token), CancellationToken.None);
        Task<Task> failed = Task.WhenAny(workers);
        if (await Task.WhenAny(frames, failed).ConfigureAwait(false) == failed)
        {
            // A worker ends before its token only by a bug. Going on half dead would hide it; whoever supervises the process starts it anew.
            await stop.CancelAsync().ConfigureAwait(false);
            await frames.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (await failed.ConfigureAwait(false)).ConfigureAwait(false);
        }

        try
        {
            await frames.ConfigureAwait(false);
            _intake.Complete();
            await workers[IntakeWorker].ConfigureAwait(false);
            return await DrainAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return AgentEnd.Stopped;
        }
    }

    private async Task<AgentEnd> DrainAsync(CancellationToken stop)
    {
        TimeSpan timeout = _parts.Options is { Broker: null } or { Privacy: not PrivacyMode.Images } ? TimeSpan.Zero : _parts.Options.DrainTimeout;
        Log.Draining(_logger, Counters.Seen, _parts.Outbox.Count, timeout);
        long start = _time.GetTimestamp();
        while (_parts.Outbox.Count > 0)
        {
            TimeSpan left = timeout - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return AgentEnd.DrainTimeout;
            }

            await _progress.WaitAsync(left, _time, stop).ConfigureAwait(false);
        }

        return AgentEnd.Drained;
    }

    /// <summary>Sends samples, unless none may leave.</summary>
    private Task UploadAsync(CancellationToken cancellationToken)
    {
        PrivacyMode mode = _parts.Options.Privacy;
        if (mode == PrivacyMode.Images)
        {
            return _uploader.RunAsync(cancellationToken);
        }

        Log.ImagesStay(_logger, mode);
        if (_parts.Outbox.Count > 0)
        {
            Log.ImagesHeldBack(_logger, _parts.Outbox.Count, mode, Path.Combine(_parts.Options.State, "outbox"), _parts.Options.Outbox.MaximumAge);
        }

        return Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
    }

    private ValueTask Receive(MqttMessage acknowledgement)
    {
        _uploader.Receive(acknowledgement);
        _progress.Set();
        return ValueTask.CompletedTask;
    }

    private static ValueTask Take(ImageTopicFrameSource images, MqttMessage picture)
    {
        images.Offer(picture);
        return ValueTask.CompletedTask;
    }

    private ValueTask Take(MqttMessage parameters)
    {
        _parts.Rollout.Offer(parameters);
        return ValueTask.CompletedTask;
    }

    private async Task MaintainOutboxAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(MaintenancePeriod, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            _parts.Outbox.DropTooOld();
            _parts.Outbox.NoteClock();
            _parts.Outbox.LogDrops();
        }
    }
}
