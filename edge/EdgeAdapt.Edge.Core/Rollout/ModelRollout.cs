using System.Threading.Channels;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Core.Threading;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Prepared;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>
/// Brings new parameters and new statistics into the active model: one worker, one change at a time, so that a parameter set and a refresh
/// that meet cannot undo each other. A change that does not fit, does not load or does not compute is refused with its reason, and what
/// answered before goes on answering.
/// </summary>
internal sealed class ModelRollout : IDisposable
{
    private const int WaitingSets = 16;
    private readonly StatisticsEstimator? _estimator;
    private readonly StatisticsFile _statisticsFile;
    private readonly ActiveState _active;
    private readonly ParameterActivation _activation;
    private readonly CanaryStore _canary;
    private readonly SetHistory _history;
    private readonly Channel<AskedReversal> _reversals = Channel.CreateBounded<AskedReversal>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest },
        dropped => dropped.Decided.TrySetResult(new ParametersDecision(false, 0, "somebody asked for another version meanwhile")));
    private readonly ReportWriter _report;
    private readonly AgentCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StatisticsPace _pace;
    private readonly AsyncSignal _work = new();
    private readonly Channel<OfferedSet> _sets;
    private readonly Channel<FrameBatch> _batches;

    public ModelRollout(NormalizationModel model, RolloutOptions options, ReportWriter report, AgentCounters counters, TimeProvider time, ILogger logger)
    {
        _report = report;
        _counters = counters;
        _time = time;
        _logger = logger;
        PreparedModel.DeleteLeftovers(options.StateFolder);
        PreparedModel? prepared = PreparedModel.TryCreate(model, options.ImageShape, options.Session, options.StateFolder, out string? reason);
        if (reason is not null)
        {
            Log.SwapsAreSlow(logger, reason);
        }

        // Prepared, its weights lie in memory once for the kernels; the file's own would only be kept.
        Model = prepared is null ? model : model.WithoutWeights();
        _statisticsFile = new StatisticsFile(Path.Combine(options.StateFolder, "statistics.safetensors"), Model, time, logger);
        _batches = Channel.CreateBounded<FrameBatch>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest },
            dropped =>
            {
                // Only the newest frames matter to a device that cannot keep up.
                counters.CountSkippedBatch();
                dropped.Done.TrySetResult();
            });
        _sets = Channel.CreateBounded<OfferedSet>(
            new BoundedChannelOptions(WaitingSets) { FullMode = BoundedChannelFullMode.DropOldest },
            dropped => dropped.Decided.TrySetResult(
                new ParametersDecision(false, Active.Version, "newer sets came before this one was looked at. Send it again if it is still wanted") { IsDisplaced = true }));
        _history = new SetHistory(options, Model, logger);
        var recordFile = new RolloutRecordFile(Path.Combine(_history.Folder, "rollout.json"), model.Model.Sha256, logger);
        RolloutRecord record = recordFile.Load();
        _active = new ActiveState(Model, prepared, options, _history.Load(record), options.Mode == StatisticsMode.Mixed ? _statisticsFile.Load() : null, logger);
        _pace = new StatisticsPace(options.StatisticsLoad, () => Active.Busy, time);
        try
        {
            _estimator = options.Mode == StatisticsMode.Mixed && model.Layers.Any(l => l.HasStatistics) ? new StatisticsEstimator(
                model, options.Policy, options.Session, options.ImageShape.Aggregate((long)options.StatisticsBatch, (a, b) => a * b), options.StateFolder) : null;
            (_canary, Canary canary) = OpenCanary(options, time, logger);
            _activation = new ParameterActivation(
                _active, new CandidateReader(Model, options), canary, _history, recordFile, record, options, report, counters, time, logger);
        }
        catch
        {
            _estimator?.Dispose();
            _active.Dispose();
            throw;
        }
    }

    /// <summary>Raised on the worker after statistics were swapped in: with them, the version that answers, and whether the frames changed with them.</summary>
    public event Action<DeviceStatistics, long, bool>? StatisticsRefreshed;

    /// <summary>Raised on the worker after a parameter set was swapped in, refused or taken back.</summary>
    public event Action? ParametersDecided
    {
        add => _activation.Decided += value;
        remove => _activation.Decided -= value;
    }

    /// <summary>The model's layers and parameters; its weights only where they are needed for each swap.</summary>
    public NormalizationModel Model { get; }

    /// <summary>The model that answers. Owned by this object.</summary>
    public ActiveModel Active => _active.Model;

    /// <summary>Why the last parameter set was refused; null where the last one was accepted.</summary>
    public string? LastRefusal => _activation.LastRefusal;

    /// <summary>Which parameter set was taken back and why; null after a later one has proved itself.</summary>
    public string? LastReversal => _activation.LastReversal;

    /// <summary>The set that was taken back last; null after a later one has proved itself.</summary>
    public RevertedSet? LastReverted => _activation.LastReverted;

    /// <summary>Takes a published parameter set.</summary>
    public void Offer(MqttMessage publication) => _ = OfferAsync(publication);

    /// <summary>Takes a published parameter set and tells what became of it.</summary>
    /// <returns>Ends when it was decided on; never while nothing runs <see cref="RunAsync"/>.</returns>
    public Task<ParametersDecision> OfferAsync(MqttMessage publication)
    {
        var offered = new OfferedSet(publication, new TaskCompletionSource<ParametersDecision>(TaskCreationOptions.RunContinuationsAsynchronously));
        _sets.Writer.TryWrite(offered);
        _work.Set();
        return offered.Decided.Task;
    }

    /// <summary>Whether the device follows the statistics of its own frames.</summary>
    public bool FollowsStatistics => _estimator is not null;

    /// <summary>Whether the set that answers is on trial.</summary>
    public bool IsOnTrial => _activation.IsOnTrial;

    /// <summary>The good sets on disk, the one saved last first.</summary>
    public IReadOnlyList<KeptSet> KeptSets
    {
        get
        {
            RolloutRecord record = _activation.Record;
            return
            [
                .. from kept in _history.Versions
                   let file = new FileInfo(kept.Path)
                   where file.Exists
                   select new KeptSet(kept.Version, file.LastWriteTimeUtc, file.Length, record.Reverted.FirstOrDefault(r => r.Version == kept.Version)?.Reason),
            ];
        }
    }

    /// <summary>Goes back on an operator's word; see <see cref="ParameterActivation.Revert"/>.</summary>
    /// <param name="version">The version, 0 for the model as built; null for the last good one.</param>
    /// <returns>Ends when it was done or refused; never while nothing runs <see cref="RunAsync"/>.</returns>
    public Task<ParametersDecision> RevertAsync(long? version)
    {
        var asked = new AskedReversal(version, new TaskCompletionSource<ParametersDecision>(TaskCreationOptions.RunContinuationsAsynchronously));
        _reversals.Writer.TryWrite(asked);
        _work.Set();
        return asked.Decided.Task;
    }

    /// <summary>Whether a batch that comes so much later may be worked on; zero for now, which is certain: the device follows its statistics and can afford it.</summary>
    public bool TakesStatistics(TimeSpan ahead) => _estimator is not null && (ahead > TimeSpan.Zero || !_batches.Reader.TryPeek(out _)) && _pace.IsDue(ahead);

    /// <summary>Takes a batch <c>[B, C, H, W]</c> of the newest frames, in place of one that still waits.</summary>
    /// <returns>Ends when the batch was worked on or left out.</returns>
    public Task Offer(FloatTensor frames)
    {
        if (_estimator is null)
        {
            return Task.CompletedTask;
        }

        var batch = new FrameBatch(frames, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _batches.Writer.TryWrite(batch);
        _work.Set();
        return batch.Done.Task;
    }

    /// <summary>Takes an answer, for the watch over a new set and for the frames that later ones are tried on. Called by one thread, that of the frames.</summary>
    /// <param name="image">The preprocessed frame; it is copied where it is kept.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="version">The version that answered.</param>
    public void Observe(float[] image, AnswerSample answer, long version)
    {
        // A set on trial has no say in what it and others are tried on.
        if (_activation.IsOnTrial ? _activation.Observe(image, answer, version) : !float.IsNaN(answer.Entropy) && _canary.Offer(image, answer.Class))
        {
            _work.Set();
        }
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Harm first; then parameters: statistics estimated under the old ones would be thrown away at once.
            if (_activation.IsJudgementDue)
            {
                _activation.Judge();
            }
            else if (_reversals.Reader.TryRead(out AskedReversal? asked))
            {
                string? fault = _activation.Revert(asked.Version);
                asked.Decided.TrySetResult(new ParametersDecision(fault is null, _active.State.Version, fault));
            }
            else if (_sets.Reader.TryRead(out OfferedSet? offered))
            {
                offered.Decided.TrySetResult(Decide(offered.Publication));
            }
            else if (_canary.IsSaveDue)
            {
                _canary.Save();
            }
            else if (!_activation.AwaitsFirstJudgement && _batches.Reader.TryRead(out FrameBatch? batch))
            {
                Take(batch);
            }
            else
            {
                // A batch that comes before a new set's first judgement waits for it: statistics estimated under a bad set may make up for what is bad in it, and a pass of
                // a large model takes longer than the set may stay. A recording does not wait with it, since the judgement needs its next frames.
                if (_batches.Reader.TryPeek(out FrameBatch? waiting))
                {
                    waiting.Done.TrySetResult();
                }

                await _work.WaitAsync(Timeout.InfiniteTimeSpan, _time, cancellationToken).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _canary.Save();
        _statisticsFile.Save();
        _activation.Dispose();
        _estimator?.Dispose();
        _active.Dispose();
    }

    private (CanaryStore Store, Canary Canary) OpenCanary(RolloutOptions options, TimeProvider time, ILogger logger)
    {
        int capacity = options.Guard.CanaryFrames;
        var form = new PixelForm(options.Normalization, options.ImageShape[1], options.ImageShape[2]);
        var frames = new CanaryFrames(capacity, form);
        var canary = new Canary(frames, form, options.ImageShape, () => options.Guard);
        var store = new CanaryStore(frames, new CanaryFile(Path.Combine(options.StateFolder, "canary.npy"), form, capacity, logger), capacity, time);
        using ModelLease model = Active.Acquire();
        store.Restore(canary, model);
        return (store, canary);
    }

    private ParametersDecision Decide(MqttMessage publication)
    {
        long refused = _counters.RefusedSets;
        long before = _active.State.Version;
        _activation.Take(publication);
        long active = _active.State.Version;
        return _counters.RefusedSets > refused ? new ParametersDecision(false, active, LastRefusal)
            : active == before ? new ParametersDecision(false, before, $"version {before} is active already. Publish a higher version")
            : new ParametersDecision(true, active, null);
    }

    private void Take(FrameBatch batch)
    {
        long start = _time.GetTimestamp();
        _pace.Begin();
        try
        {
            if (Estimate(batch.Frames) is not var (next, changed))
            {
                return;
            }

            if (_active.Swap(_active.State with { Statistics = next }) is { } fault)
            {
                // The average itself may be spoilt, so the next batch begins a new one.
                Log.StatisticsFailed(_logger, fault);
                _active.ForgetStatistics();
                return;
            }

            double milliseconds = _time.GetElapsedTime(start).TotalMilliseconds;
            if (changed)
            {
                Log.StreamChanged(_logger, next.Generation);
            }

            // What was estimated under a set that may yet be taken back must not meet the last good one after a restart.
            if (!_activation.IsOnTrial)
            {
                _statisticsFile.Offer(next);
            }

            _counters.CountStatisticsRefresh(milliseconds);
            _report.Write(new SwapLine { Kind = "statistics", Version = _active.State.Version, StatisticsGeneration = next.Generation, Milliseconds = milliseconds });
            Log.StatisticsSwapped(_logger, next.Generation, milliseconds, next.Frames);
            StatisticsRefreshed?.Invoke(next, _active.State.Version, changed);
        }
        finally
        {
            if (_estimator is { HoldsMemory: false })
            {
                NativeHeap.Trim();
            }

            _pace.End(_time.GetElapsedTime(start));
            batch.Done.TrySetResult();
        }
    }

    private (DeviceStatistics Statistics, bool Changed)? Estimate(FloatTensor frames)
    {
        try
        {
            (DeviceStatistics, bool)? next = _estimator!.Next(_active.State, frames);
            if (next is null)
            {
                Log.BatchUnusable(_logger, "no frame of it gave finite values");
            }

            return next;
        }
        catch (OnnxModelException e)
        {
            Log.BatchUnusable(_logger, e.Message);
            return null;
        }
    }

    private sealed record OfferedSet(MqttMessage Publication, TaskCompletionSource<ParametersDecision> Decided);

    private sealed record AskedReversal(long? Version, TaskCompletionSource<ParametersDecision> Decided);

    private sealed record FrameBatch(FloatTensor Frames, TaskCompletionSource Done);
}
