using System.Diagnostics.Metrics;
using EdgeAdapt.Edge.Core.Metrics;

namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>What an agent has done since its start. Written by the parts that do it, read by any thread.</summary>
public sealed class AgentCounters
{
    private readonly AgentDurations? _durations;
    private long _answered;
    private long _failed;
    private long _selected;
    private long _parameterSwaps;
    private long _statisticsRefreshes;
    private long _refusedSets;
    private long _skippedBatches;
    private long _reversals;
    private long _audited;
    private long _skippedFrames;
    private long _publishedAnswers;
    private long _unpublishedAnswers;

    /// <summary>Begins at 0.</summary>
    /// <param name="meter">Receives how long things take; null for nobody.</param>
    public AgentCounters(Meter? meter = null) => _durations = meter is null ? null : new AgentDurations(meter);

    /// <summary>Frames that got an answer.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Frames that got none, for a reason that was reported.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Frames seen: answered and failed.</summary>
    public long Seen => Answered + Failed;

    /// <summary>Answered frames that the entropy filter kept.</summary>
    public long Selected => Interlocked.Read(ref _selected);

    /// <summary>Parameter sets swapped in.</summary>
    public long ParameterSwaps => Interlocked.Read(ref _parameterSwaps);

    /// <summary>Statistics swapped in.</summary>
    public long StatisticsRefreshes => Interlocked.Read(ref _statisticsRefreshes);

    /// <summary>Parameter sets refused.</summary>
    public long RefusedSets => Interlocked.Read(ref _refusedSets);

    /// <summary>Parameter sets taken back after they had answered.</summary>
    public long Reversals => Interlocked.Read(ref _reversals);

    /// <summary>Batches of frames that were not used for statistics because the ones before were still being worked on.</summary>
    public long SkippedBatches => Interlocked.Read(ref _skippedBatches);

    /// <summary>Answered frames that were drawn at random for the audit, selected or not.</summary>
    public long Audited => Interlocked.Read(ref _audited);

    /// <summary>Frames of a live source that gave way to newer ones before the device came to them; not counted as seen.</summary>
    public long SkippedFrames => Interlocked.Read(ref _skippedFrames);

    /// <summary>Answers that were published at the broker.</summary>
    public long PublishedAnswers => Interlocked.Read(ref _publishedAnswers);

    /// <summary>Answers that were to be published and were not: no connection, or the network was slower than the answers.</summary>
    public long UnpublishedAnswers => Interlocked.Read(ref _unpublishedAnswers);

    internal void CountAnswer() => Interlocked.Increment(ref _answered);

    internal void CountFailure() => Interlocked.Increment(ref _failed);

    internal void CountSelection() => Interlocked.Increment(ref _selected);

    internal void CountParameterSwap(double milliseconds)
    {
        Interlocked.Increment(ref _parameterSwaps);
        _durations?.RecordParameters(milliseconds);
    }

    internal void CountStatisticsRefresh(double milliseconds)
    {
        Interlocked.Increment(ref _statisticsRefreshes);
        _durations?.RecordStatistics(milliseconds);
    }

    internal void NoteInference(TimeSpan elapsed) => _durations?.RecordInference(elapsed);

    internal void CountRefusedSet() => Interlocked.Increment(ref _refusedSets);

    internal void CountReversal() => Interlocked.Increment(ref _reversals);

    internal void CountAudit() => Interlocked.Increment(ref _audited);

    internal void CountSkippedFrame() => Interlocked.Increment(ref _skippedFrames);

    internal void CountPublishedAnswer() => Interlocked.Increment(ref _publishedAnswers);

    internal void CountUnpublishedAnswer() => Interlocked.Increment(ref _unpublishedAnswers);

    internal void CountSkippedBatch() => Interlocked.Increment(ref _skippedBatches);
}
