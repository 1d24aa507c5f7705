using System.Diagnostics;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Tracing;
using EdgeAdapt.Onnx;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>
/// Takes parameter sets one at a time: checks, tries on the canary frames, activates, watches, and then keeps the set as good or goes back. A set that is on trial when
/// the next one comes counts as good if it was judged at all; otherwise the older good one stays what new ones are measured by.
/// </summary>
internal sealed class ParameterActivation : IDisposable
{
    private const int MostTrialStarts = 3;
    private readonly ActiveState _active;
    private readonly CandidateReader _reader;
    private readonly Canary _canary;
    private readonly SetHistory _history;
    private readonly RolloutRecordFile _file;
    private readonly RolloutOptions _options;
    private readonly ReportWriter _report;
    private readonly AgentCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private RolloutRecord _record;
    private volatile Trial? _trial;
    private string? _lastRefusal;
    private string? _lastReversal;

    public ParameterActivation(
        ActiveState active, CandidateReader reader, Canary canary, SetHistory history, RolloutRecordFile file, RolloutOptions options,
        ReportWriter report, AgentCounters counters, TimeProvider time, ILogger logger)
    {
        (_active, _reader, _canary, _history, _file, _options) = (active, reader, canary, history, file, options);
        (_report, _counters, _time, _logger) = (report, counters, time, logger);
        _record = file.Load();
        if (_record is { Trial: { } version, TrialStarts: >= MostTrialStarts })
        {
            // What takes the process down leaves no other trace; the broker would send it again at once.
            GiveUp(version, 0, 0, $"the agent ended {_record.TrialStarts} times while it was on trial");
        }
    }

    /// <summary>Raised after a set was activated, refused or taken back.</summary>
    public event Action? Decided;

    /// <summary>Why the last set was refused; null where the last one was accepted.</summary>
    public string? LastRefusal => Volatile.Read(ref _lastRefusal);

    /// <summary>Which set was taken back and why; null after a later one has proved itself.</summary>
    public string? LastReversal => Volatile.Read(ref _lastReversal);

    /// <summary>Whether the set that answers is on trial.</summary>
    public bool IsOnTrial => _trial is not null;

    /// <summary>Whether <see cref="Judge"/> has something to judge.</summary>
    public bool IsJudgementDue => _trial?.Watch.IsDue ?? false;

    /// <summary>Takes an answer of the model; may be called on another thread than the rest.</summary>
    /// <returns>Whether there is something to judge.</returns>
    public bool Observe(float[] image, AnswerSample answer, long version) => _trial?.Watch.Observe(image, answer, version) ?? false;

    /// <summary>Takes a published set: activates it or refuses it.</summary>
    public void Take(MqttMessage message)
    {
        using Activity? span = AgentTracing.StartSwap(message);
        long start = _time.GetTimestamp();
        if (_reader.Read(message, _active.State.Version, _record, out long? version, out string? fault) is not { } candidate)
        {
            if (fault is not null)
            {
                Refuse(version, fault);
                span?.SetTag("edgeadapt.parameters.version", version).SetStatus(ActivityStatusCode.Error, fault);
            }
            else
            {
                AgentTracing.Discard(span);
            }

            return;
        }

        if (_trial is { Watch.Judged: > 0 } judged)
        {
            Accept(judged);
        }

        span?.SetTag("edgeadapt.parameters.version", candidate.Version);
        ModelState next = _active.State with { Version = candidate.Version, Set = candidate.Parameters };
        using ModelLease? prepared = _active.Prepare(next, out fault);
        (ModelLease good, ModelState goodState) = _trial is { } running ? (running.Good, running.GoodState) : (_active.Model.Acquire(), _active.State);
        fault ??= FindCanaryFault(good, prepared!);
        if (fault is null)
        {
            Activate(new Trial(candidate, good, goodState, new SetTrial(candidate.Version, _active.Model, good, _canary, _options.ImageShape, _options.Guard), start), prepared!, next);
            span?.SetStatus(ActivityStatusCode.Ok);
            return;
        }

        if (_trial is null)
        {
            good.Dispose();
        }

        Refuse(candidate.Version, fault);
        span?.SetStatus(ActivityStatusCode.Error, fault);
    }

    /// <summary>Judges the set on trial by what was observed.</summary>
    public void Judge()
    {
        if (_trial is not { } trial)
        {
            return;
        }

        TrialState state = trial.Watch.Judge(out string? fault);
        if (state == TrialState.Passed)
        {
            Accept(trial);
        }
        else if (state == TrialState.Failed)
        {
            _active.Activate(trial.Good, trial.GoodState);
            End(trial);
            GiveUp(trial.Candidate.Version, trial.Watch.Judged, _time.GetElapsedTime(trial.Start).TotalMilliseconds, fault!);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_trial is { } trial)
        {
            // An orderly end says nothing against the set.
            End(trial);
            Save(_record.WithoutTrial());
        }
    }

    private string? FindCanaryFault(ModelLease good, ModelLease candidate)
    {
        try
        {
            return _canary.FindFault(good, candidate);
        }
        catch (OnnxModelException e)
        {
            return e.Message;
        }
    }

    private void Activate(Trial trial, ModelLease prepared, ModelState next)
    {
        bool watched = _options.Guard.Window > 0;
        RolloutRecord record = trial.Candidate.Manifest.Reissued is { } time
            ? _record with { LastReissue = time, Reverted = [.. _record.Reverted.Where(r => r.Version != next.Version)] } : _record;

        // On the disk before it answers: should it take the process down, the next start knows which set did.
        Save(watched ? record.WithTrial(next.Version) : record);
        _trial = watched ? trial : null;
        _active.Activate(prepared, next);
        double milliseconds = _time.GetElapsedTime(trial.Start).TotalMilliseconds;
        if (!watched)
        {
            Accept(trial);
        }

        Volatile.Write(ref _lastRefusal, null);
        _report.Write(new SwapLine { Kind = "parameters", Version = next.Version, StatisticsGeneration = next.Generation, Milliseconds = milliseconds });
        Log.ParametersSwapped(_logger, next.Version, milliseconds);
        _counters.CountParameterSwap(milliseconds);
        Decided?.Invoke();
    }

    /// <summary>Keeps a set as the last good one.</summary>
    private void Accept(Trial trial)
    {
        Volatile.Write(ref _lastReversal, null);
        _history.Save(trial.Candidate.Version, trial.Candidate.Content, trial.Candidate.Signature);
        End(trial);
        Save(_record.WithoutTrial());
        Log.ParametersProven(_logger, trial.Candidate.Version, trial.Watch.Judged);
    }

    private void End(Trial trial)
    {
        _trial = null;
        trial.Good.Dispose();
    }

    /// <summary>Notes a version that was taken back, so that it is not taken again, and says so.</summary>
    private void GiveUp(long version, int frames, double milliseconds, string reason)
    {
        Save(_record.WithReverted(new RevertedSet(version, _time.GetUtcNow(), reason)));
        Volatile.Write(ref _lastReversal, $"version {version}: {reason}");
        _report.Write(new RevertLine { Version = version, To = _active.State.Version, Frames = frames, Milliseconds = milliseconds, Reason = reason });
        Log.ParametersReverted(_logger, version, _active.State.Version, milliseconds, frames, reason);

        // Last: whoever sees the count finds the report.
        _counters.CountReversal();
        Decided?.Invoke();
    }

    private void Refuse(long? version, string reason)
    {
        Volatile.Write(ref _lastRefusal, reason);
        _report.Write(new RefusedLine { Version = version, Reason = reason });
        Log.ParametersRefused(_logger, version, _active.State.Version, reason);
        _counters.CountRefusedSet();
        Decided?.Invoke();
    }

    private void Save(RolloutRecord record)
    {
        if (!ReferenceEquals(record, _record))
        {
            _record = record;
            _file.Save(record);
        }
    }

    private sealed record Trial(Candidate Candidate, ModelLease Good, ModelState GoodState, SetTrial Watch, long Start);
}
