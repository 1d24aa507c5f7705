using System.Threading.Channels;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
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
    private readonly NormalizationModel _model;
    private readonly RolloutOptions _options;
    private readonly StatisticsEstimator? _estimator;
    private readonly LastGoodParameters _lastGood;
    private readonly StatisticsFile _statisticsFile;
    private readonly ReportWriter _report;
    private readonly AgentCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<OfferedSet> _sets = Channel.CreateBounded<OfferedSet>(
        new BoundedChannelOptions(WaitingSets) { FullMode = BoundedChannelFullMode.DropOldest },
        dropped => dropped.Decided.TrySetResult(new ParametersDecision(false, 0, "newer sets came before this one was looked at. Send it again if it is still wanted")));
    private readonly Channel<FrameBatch> _batches;
    private ModelState _state;
    private string? _lastRefusal;

    public ModelRollout(NormalizationModel model, RolloutOptions options, ReportWriter report, AgentCounters counters, TimeProvider time, ILogger logger)
    {
        _model = model;
        _options = options;
        _report = report;
        _counters = counters;
        _time = time;
        _logger = logger;
        _lastGood = new LastGoodParameters(Path.Combine(options.StateFolder, "last-good.safetensors"), model, options.Group, logger);
        _statisticsFile = new StatisticsFile(Path.Combine(options.StateFolder, "statistics.safetensors"), model, logger);
        _batches = Channel.CreateBounded<FrameBatch>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest },
            dropped =>
            {
                // Only the newest frames matter to a device that cannot keep up.
                counters.CountSkippedBatch();
                dropped.Done.TrySetResult();
            });
        (long version, IReadOnlyList<LayerParameters> set) = _lastGood.Load();
        _state = new ModelState(version, set, options.Mode == StatisticsMode.Mixed ? _statisticsFile.Load() : null);
        Active = Start();
        try
        {
            _estimator = options.Mode == StatisticsMode.Mixed && model.Layers.Any(l => l.HasStatistics) ? new StatisticsEstimator(model, options.Policy, options.Session) : null;
        }
        catch
        {
            Active.Dispose();
            throw;
        }
    }

    /// <summary>Raised on the worker after statistics were swapped in.</summary>
    public event Action<DeviceStatistics, long>? StatisticsRefreshed;

    /// <summary>Raised on the worker after a parameter set was swapped in or refused.</summary>
    public event Action? ParametersDecided;

    /// <summary>The model that answers. Owned by this object.</summary>
    public ActiveModel Active { get; }

    /// <summary>Why the last parameter set was refused; null where the last one was accepted.</summary>
    public string? LastRefusal => Volatile.Read(ref _lastRefusal);

    /// <summary>Takes a published parameter set.</summary>
    public void Offer(MqttMessage publication) => _ = OfferAsync(publication);

    /// <summary>Takes a published parameter set and tells what became of it.</summary>
    /// <returns>Ends when it was decided on; never while nothing runs <see cref="RunAsync"/>.</returns>
    public Task<ParametersDecision> OfferAsync(MqttMessage publication)
    {
        var offered = new OfferedSet(publication, new TaskCompletionSource<ParametersDecision>(TaskCreationOptions.RunContinuationsAsynchronously));
        _sets.Writer.TryWrite(offered);
        return offered.Decided.Task;
    }

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
        return batch.Done.Task;
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Parameters first: statistics estimated under the old ones would be thrown away at once.
            if (_sets.Reader.TryRead(out OfferedSet? offered))
            {
                offered.Decided.TrySetResult(Decide(offered.Publication));
            }
            else if (_batches.Reader.TryRead(out FrameBatch? batch))
            {
                Take(batch);
            }
            else
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(_sets.Reader.WaitToReadAsync(either.Token).AsTask(), _batches.Reader.WaitToReadAsync(either.Token).AsTask()).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();

                // The wait that did not end must not stay behind: one would pile up for each change.
                await either.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _estimator?.Dispose();
        Active.Dispose();
    }

    private ActiveModel Start()
    {
        try
        {
            return Load(_state);
        }
        catch (OnnxModelException e) when (_state.Version > 0 || _state.Statistics is not null)
        {
            Log.SavedParametersRefused(_logger, _options.StateFolder, e.Message);
            _state = new ModelState(0, _model.Source, null);
            return Load(_state);
        }
    }

    private ActiveModel Load(ModelState state) =>
        new(_model, state.Effective(_options.Mode, _model), state.Version, state.Generation, _options.ImageShape, _options.Session);

    private ParametersDecision Decide(MqttMessage publication)
    {
        long refused = _counters.RefusedSets;
        long before = _state.Version;
        Take(publication);
        return _counters.RefusedSets > refused ? new ParametersDecision(false, _state.Version, LastRefusal)
            : _state.Version == before ? new ParametersDecision(false, before, $"version {before} is active already. Publish a higher version")
            : new ParametersDecision(true, _state.Version, null);
    }

    private void Take(MqttMessage message)
    {
        if (!ParametersPublication.TryParse(message, out ParametersPublication? publication, out string? fault))
        {
            Refuse(null, fault);
            return;
        }

        long version = publication.Set.Manifest.Version;
        if (version == _state.Version)
        {
            // The broker repeats the retained set at each connection.
            return;
        }

        if (version < _state.Version)
        {
            Refuse(version, $"version {_state.Version} is active already. Publish a higher version, or delete last-good.safetensors in the state folder to start over");
            return;
        }

        if (_model.TryUnpack(publication.Set, out fault) is not { } parameters)
        {
            Refuse(version, fault!);
            return;
        }

        long start = _time.GetTimestamp();
        if (Swap(_state with { Version = version, Set = parameters }) is { } refusal)
        {
            Refuse(version, refusal);
            return;
        }

        double milliseconds = _time.GetElapsedTime(start).TotalMilliseconds;
        _lastGood.Save(publication.Set);
        Volatile.Write(ref _lastRefusal, null);
        _counters.CountParameterSwap();
        _report.Write(new SwapLine { Kind = "parameters", Version = version, StatisticsGeneration = _state.Generation, Milliseconds = milliseconds });
        Log.ParametersSwapped(_logger, version, milliseconds);
        ParametersDecided?.Invoke();
    }

    private void Take(FrameBatch batch)
    {
        try
        {
            long start = _time.GetTimestamp();
            if (Estimate(batch.Frames) is not var (next, changed))
            {
                return;
            }

            if (Swap(_state with { Statistics = next }) is { } fault)
            {
                // The average itself may be spoilt, so the next batch begins a new one.
                Log.StatisticsFailed(_logger, fault);
                _state = _state with { Statistics = null };
                return;
            }

            double milliseconds = _time.GetElapsedTime(start).TotalMilliseconds;
            if (changed)
            {
                Log.StreamChanged(_logger, next.Generation);
            }

            _statisticsFile.Save(next);
            _counters.CountStatisticsRefresh();
            _report.Write(new SwapLine { Kind = "statistics", Version = _state.Version, StatisticsGeneration = next.Generation, Milliseconds = milliseconds });
            Log.StatisticsSwapped(_logger, next.Generation, milliseconds, next.Frames);
            StatisticsRefreshed?.Invoke(next, _state.Version);
        }
        finally
        {
            batch.Done.TrySetResult();
        }
    }

    private (DeviceStatistics Statistics, bool Changed)? Estimate(FloatTensor frames)
    {
        try
        {
            (DeviceStatistics, bool)? next = _estimator!.Next(_state, frames);
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

    /// <summary>Makes a state the active one; otherwise says why not and changes nothing.</summary>
    private string? Swap(ModelState next)
    {
        try
        {
            Active.Swap(next.Effective(_options.Mode, _model), next.Version, next.Generation);
            _state = next;
            return null;
        }
        catch (OnnxModelException e)
        {
            return e.Message;
        }
    }

    private void Refuse(long? version, string reason)
    {
        Volatile.Write(ref _lastRefusal, reason);
        _counters.CountRefusedSet();
        _report.Write(new RefusedLine { Version = version, Reason = reason });
        Log.ParametersRefused(_logger, version, _state.Version, reason);
        ParametersDecided?.Invoke();
    }

    private sealed record OfferedSet(MqttMessage Publication, TaskCompletionSource<ParametersDecision> Decided);

    private sealed record FrameBatch(FloatTensor Frames, TaskCompletionSource Done);
}
