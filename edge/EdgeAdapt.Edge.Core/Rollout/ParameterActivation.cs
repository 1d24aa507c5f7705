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
    private const string OperatorReason = "an operator asked for it on the device";
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
    private RevertedSet? _lastReverted;
    private long _since;

    public ParameterActivation(
        ActiveState active, CandidateReader reader, Canary canary, SetHistory history, RolloutRecordFile file, RolloutRecord record, RolloutOptions options,
        ReportWriter report, AgentCounters counters, TimeProvider time, ILogger logger)
    {
        (_active, _reader, _canary, _history, _file, _options) = (active, reader, canary, history, file, options);
        (_report, _counters, _time, _logger) = (report, counters, time, logger);
        _record = record;
        _since = time.GetTimestamp();
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
    public string? LastReversal => LastReverted is { } set ? $"version {set.Version}: {set.Reason}" : null;

    /// <summary>The set that was taken back last; null after a later one has proved itself.</summary>
    public RevertedSet? LastReverted => Volatile.Read(ref _lastReverted);

    /// <summary>What has become of earlier sets.</summary>
    public RolloutRecord Record => Volatile.Read(ref _record);

    /// <summary>Whether the set that answers is on trial.</summary>
    public bool IsOnTrial => _trial is not null;

    /// <summary>Whether there is a set on trial of which nothing is known yet.</summary>
    public bool AwaitsFirstJudgement => _trial is { Watch.IsJudged: false };

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

        span?.SetTag("edgeadapt.parameters.version", candidate.Version);

        // On the disk before anything of it runs: should it take the process down, the next start knows which set did.
        RolloutRecord before = _record;
        Save(before.WithTrial(candidate.Version, candidate.Time));
        ModelState next = _active.State with { Version = candidate.Version, Set = candidate.Parameters };
        using ModelLease? prepared = _active.Prepare(next, out fault);
        Trial? unproven = _trial is { Watch.IsJudged: false } running ? running : null;
        (ModelLease good, ModelState goodState) = unproven is null ? (_active.Model.Acquire(), _active.State) : (unproven.Good, unproven.GoodState);
        fault ??= FindCanaryFault(good, prepared!);
        if (fault is null)
        {
            if (unproven is null && _trial is { } judged)
            {
                Accept(judged, before.WithProven(), before.WithProven().WithTrial(candidate.Version, candidate.Time));
            }

            Activate(new Trial(candidate, good, goodState, new SetTrial(candidate.Version, _active.Model, good, _canary, _options.ImageShape, _options.Guard, _time), start), prepared!, next);
            span?.SetStatus(ActivityStatusCode.Ok);
            return;
        }

        if (unproven is null)
        {
            good.Dispose();
        }

        // What is on trial stays so.
        Save(before);
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
            Accept(trial, _record.WithProven());
        }
        else if (state == TrialState.Failed)
        {
            _active.Activate(trial.Good, trial.GoodState);
            End(trial);
            GiveUp(trial.Candidate.Version, trial.Watch.Judged, _time.GetElapsedTime(trial.Start).TotalMilliseconds, fault!);
        }
    }

    /// <summary>
    /// Goes back on an operator's word: to the last good set, or to a kept one. Sets that were saved after it are not started with and not taken again either, unless
    /// somebody sends them anew or goes back to one of them. No trial follows: it would measure the set by the one that the operator does not want.
    /// </summary>
    /// <param name="version">The version, 0 for the model as built; null for the last good one.</param>
    /// <returns>Why nothing was done; null where it was.</returns>
    public string? Revert(long? version)
    {
        long from = _active.State.Version;
        if ((version ?? FindLastGood()) is not { } to || to == from)
        {
            return version is null && from == 0 ? "the model as built answers, and there is nothing before it" : $"version {version ?? from} answers already";
        }

        Trial? trial = _trial;
        int frames = trial?.Watch.Judged ?? 0;
        if (trial is not null && trial.GoodState.Version == to)
        {
            Save(Reverted(from, to));
            _active.Activate(trial.Good, trial.GoodState);
        }
        else
        {
            if (_history.Find(to, out string? fault) is not { } set)
            {
                return fault;
            }

            ModelState next = _active.State with { Version = to, Set = set.Parameters };
            using ModelLease? prepared = _active.Prepare(next, out fault);
            if (prepared is null)
            {
                return fault;
            }

            // On the disk before it answers, as with any other set: a restart in between begins with one that the operator wants.
            Save(Reverted(from, to));
            _active.Activate(prepared, next);
        }

        if (trial is not null)
        {
            End(trial);
        }

        Tell(from, frames, _time.GetElapsedTime(_since).TotalMilliseconds, OperatorReason);
        return null;
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
        _trial = watched ? trial : null;
        _active.Activate(prepared, next);
        _since = trial.Start;
        double milliseconds = _time.GetElapsedTime(trial.Start).TotalMilliseconds;
        if (!watched)
        {
            Accept(trial, _record.WithProven());
        }

        Volatile.Write(ref _lastRefusal, null);
        _report.Write(new SwapLine { Kind = "parameters", Version = next.Version, StatisticsGeneration = next.Generation, Milliseconds = milliseconds });
        Log.ParametersSwapped(_logger, next.Version, milliseconds);
        _counters.CountParameterSwap(milliseconds);
        Decided?.Invoke();
    }

    /// <summary>Keeps a set as the last good one.</summary>
    /// <param name="trial">Its trial.</param>
    /// <param name="proven">The record with it.</param>
    /// <param name="next">What is noted; that record, where null.</param>
    private void Accept(Trial trial, RolloutRecord proven, RolloutRecord? next = null)
    {
        Volatile.Write(ref _lastReverted, null);
        _history.Save(trial.Candidate.Version, trial.Candidate.Content, trial.Candidate.Signature, proven);
        End(trial);
        Save(next ?? proven);
        Log.ParametersProven(_logger, trial.Candidate.Version, trial.Watch.Judged);
    }

    /// <summary>The set on trial has its own; otherwise the newest that was saved before the one that answers, at the end the model as built. Null where that answers already.</summary>
    private long? FindLastGood()
    {
        long active = _active.State.Version;
        if (_trial is { } trial)
        {
            return trial.GoodState.Version;
        }

        // A set that the disk did not take is on none of the places.
        long[] kept = [.. _history.Versions.Select(v => v.Version)];
        return active == 0 ? null : kept.Skip(Array.IndexOf(kept, active) + 1).FirstOrDefault(v => !_record.HasReverted(v));
    }

    /// <summary>The record after an operator's choice: sets that were saved after the chosen one, and one that answered and was never saved, count as taken back.</summary>
    private RolloutRecord Reverted(long from, long to)
    {
        long[] kept = [.. _history.Versions.Select(v => v.Version)];
        IEnumerable<long> later = kept.TakeWhile(v => v != to);
        RolloutRecord record = _record.Decided().WithoutReverted(to);
        foreach (long version in kept.Contains(from) ? later : later.Append(from))
        {
            record = version == 0 || record.HasReverted(version) ? record : record.WithReverted(new RevertedSet(version, _time.GetUtcNow(), OperatorReason));
        }

        return record;
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
        Tell(version, frames, milliseconds, reason);
    }

    private void Tell(long version, int frames, double milliseconds, string reason)
    {
        _since = _time.GetTimestamp();
        Volatile.Write(ref _lastReverted, new RevertedSet(version, _time.GetUtcNow(), reason));
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
            Volatile.Write(ref _record, record);
            _file.Save(record);
        }
    }

    private sealed record Trial(Candidate Candidate, ModelLease Good, ModelState GoodState, SetTrial Watch, long Start);
}
