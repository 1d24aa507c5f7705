using EdgeAdapt.Storage;
using System.Diagnostics;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Core.Ingest;
using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Cloud.Core.Tracing;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>
/// One group of devices with one model: its waiting samples, its training state, its versions. Samples may come in and
/// snapshots be taken on any thread; <see cref="Step"/> is called by one thread at a time.
/// </summary>
/// <remarks>
/// Order on the disk: sample file, then acknowledgement; parameter set, then checkpoint, then publication, then deletion of
/// samples that the checkpoint no longer needs. Killed between any two, the next start finds the session as after the last checkpoint and takes
/// the same step again; nobody has seen the version that it then makes a second time.
/// </remarks>
public sealed class AdaptationSession
{
    /// <summary>Audit samples that the teacher answers at once: few, since training waits meanwhile.</summary>
    private const int AuditBatch = 16;
    private readonly ServedModel _model;
    private readonly AdaptationSessionOptions _options;
    private readonly TensorCache _cache;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _checkpointPath;
    private readonly SampleStore _samples;
    private readonly ParameterSetHistory _history;
    private readonly Lock _lock = new();
    private readonly LinkedList<StoredSample> _pending = new();
    private readonly WaitingAudits _audits = new();
    private SessionCheckpoint _checkpoint;
    private SessionCounts _counts;
    private long _publishedVersion;
    private (long Version, string? Parent) _trace;

    private AdaptationSession(
        SessionKey key, ServedModel model, AdaptationSessionOptions options, TensorCache cache, TimeProvider time, ILogger logger,
        string checkpointPath, SessionCheckpoint checkpoint, SampleStore samples, ParameterSetHistory history)
    {
        Key = key;
        _model = model;
        _options = options;
        _cache = cache;
        _time = time;
        _logger = logger;
        _checkpointPath = checkpointPath;
        _checkpoint = checkpoint;
        _counts = checkpoint.Counts;
        _samples = samples;
        _history = history;
        foreach (StoredSample sample in samples.After(checkpoint.ProcessedSequence))
        {
            _pending.AddLast(sample);
        }

        EdgeStatistics = new EdgeStatisticsPool(model.Student.Layers, options.StatisticsMaximumAge);
    }

    /// <summary>Which session this is.</summary>
    public SessionKey Key { get; }

    /// <summary>What the group's devices see.</summary>
    public EdgeStatisticsPool EdgeStatistics { get; }

    /// <summary>The newest version; 0 before the first.</summary>
    public long Version => Volatile.Read(ref _checkpoint).Version;

    /// <summary>Whether enough samples wait for a step.</summary>
    public bool HasBatch
    {
        get
        {
            lock (_lock)
            {
                return _pending.Count >= _model.Options.CloudBatch;
            }
        }
    }

    /// <summary>Whether audit samples wait for the teacher.</summary>
    public bool HasAudits => _audits.HasWork;

    /// <summary>Opens a session, new or as it was left.</summary>
    /// <param name="key">Which session.</param>
    /// <param name="model">Its model.</param>
    /// <param name="folder">The session's folder; made where it is missing.</param>
    /// <param name="options">How much it keeps.</param>
    /// <param name="cache">Decoded pictures, shared by all sessions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives what happens.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static AdaptationSession Open(
        SessionKey key, ServedModel model, string folder, AdaptationSessionOptions options, TensorCache cache, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        DurableFile.CreateFolder(folder);
        DurableFile.DeleteUnfinished(folder);
        string path = Path.Combine(folder, "checkpoint.json");
        SessionCheckpoint? checkpoint = CheckpointFile.TryRead<SessionCheckpoint>(path, out string? fault);
        ParameterSetHistory history = ParameterSetHistory.Open(Path.Combine(folder, "versions"), options.HistoryLength, logger);
        if (fault is not null)
        {
            string kept = path + ".damaged";
            File.Move(path, kept, overwrite: true);
            logger.CheckpointDamaged(path, fault, kept);
            checkpoint = new SessionCheckpoint { Version = history.Newest, ProcessedSequence = 0 };
        }

        checkpoint ??= new SessionCheckpoint { Version = 0, ProcessedSequence = 0 };
        history.RemoveAbove(checkpoint.Version);
        SampleStore samples = SampleStore.Open(Path.Combine(folder, "samples"), checkpoint.ProcessedSequence, logger, options.RememberedIds);
        var session = new AdaptationSession(key, model, options, cache, time, logger, path, checkpoint, samples, history);
        session.DeleteExcess();
        logger.SessionOpened(key, checkpoint.Version, session._pending.Count, ReplayCount(checkpoint));
        return session;
    }

    /// <summary>Stores samples and lets them wait for a step; when the call returns they are on the disk. Called by one thread at a time.</summary>
    /// <exception cref="IOException">They could not be stored: none of them may be acknowledged.</exception>
    public void Accept(IReadOnlyList<SampleContent> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        IReadOnlyList<(StoredSample Entry, bool Added)> results = _samples.Add(samples);
        var dropped = new List<StoredSample>();
        lock (_lock)
        {
            int added = 0;
            foreach ((StoredSample entry, bool isNew) in results)
            {
                if (isNew)
                {
                    _pending.AddLast(entry);
                    added++;
                }
            }

            while (_pending.Count > _options.QueueCapacity)
            {
                dropped.Add(_pending.First!.Value);
                _pending.RemoveFirst();
            }

            _counts = _counts with
            {
                Received = _counts.Received + results.Count,
                Stored = _counts.Stored + added,
                Duplicates = _counts.Duplicates + results.Count - added,
                Dropped = _counts.Dropped + dropped.Count,
            };
        }

        if (dropped.Count > 0)
        {
            _logger.QueueOverflowed(Key, dropped.Count);
            _samples.Remove(dropped);
        }
    }

    /// <summary>Lets an audit sample wait for the teacher; it is not stored and takes no part in training. One that came before is left out.</summary>
    public void Audit(AuditSample sample)
    {
        if (_audits.Offer(sample) is { } taken)
        {
            Count(counts => counts with { Audit = counts.Audit.WithArrival(skipped: !taken) });
        }
    }

    /// <summary>Asks the teacher about the audit samples that have waited longest, a few at a time.</summary>
    /// <param name="engine">The engine of this session's model.</param>
    public void JudgeAudits(AdaptationEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        List<(int Class, float[] Image)> readable = [];
        IReadOnlyList<AuditSample> taken = _audits.Take(AuditBatch);
        foreach (AuditSample sample in taken)
        {
            if (_model.Preprocessor.Preprocess(sample.Content) is { IsReady: true } image)
            {
                readable.Add((sample.Class, image.Values));
            }
        }

        (int judged, int agreed) = (0, 0);
        try
        {
            if (readable.Count > 0)
            {
                IReadOnlyList<int?> classes = engine.TeacherClasses(_checkpoint.Adapter, [.. readable.Select(r => r.Image)]);
                judged = classes.Count(c => c is not null);
                agreed = classes.Zip(readable).Count(pair => pair.First == pair.Second.Class);
            }
        }
        finally
        {
            Count(counts => counts with { Audit = counts.Audit.WithJudged(judged, agreed) with { Skipped = counts.Audit.Skipped + taken.Count - judged } });
        }
    }

    /// <summary>Counts a sample of this group that was refused.</summary>
    public void CountRefusal(RefusalReason reason) => Count(counts => counts.WithRefusal(reason.ToString()));

    /// <summary>Counts a step that failed and will be tried again.</summary>
    public void CountFailure() => Count(counts => counts with { Failures = counts.Failures + 1 });

    /// <summary>Notes that the broker has a version.</summary>
    public void MarkPublished(long version, long bytes)
    {
        Count(counts => counts with { Published = counts.Published + 1, PublishedBytes = counts.PublishedBytes + bytes });
        Volatile.Write(ref _publishedVersion, version);
    }

    /// <summary>The newest set as it is published, or null before the first.</summary>
    public byte[]? ReadVersion(long version) => _history.Read(version);

    /// <summary>Trace context of the step that made a version; null for one that was made before the service started.</summary>
    public string? TraceOf(long version)
    {
        lock (_lock)
        {
            return _trace.Version == version ? _trace.Parent : null;
        }
    }

    /// <summary>Takes one step on the samples that have waited longest.</summary>
    /// <param name="engine">The engine of this session's model.</param>
    /// <param name="cancellationToken">Gives the step up; its samples wait again.</param>
    /// <exception cref="IOException">A sample could not be read or the result not be stored; the session is as before the step, and an unreadable sample is tried again behind the others.</exception>
    public StepOutcome Step(AdaptationEngine engine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        long started = Stopwatch.GetTimestamp();
        List<(StoredSample Entry, IAdaptationSample Tensor)> batch = TakeBatch();
        if (batch.Count < _model.Options.CloudBatch)
        {
            PutBack(batch);
            return StepOutcome.NotEnoughSamples;
        }

        try
        {
            (Activity? step, string? trace) = StartTrace(batch);
            using Activity? span = step;
            EngineResult result = engine.Run(
                _checkpoint.Adapter, EdgeStatistics.Combine(_time.GetUtcNow()), [.. batch.Select(b => b.Tensor)], Resolve, cancellationToken);
            ParameterSet set = _model.Student.Pack(NewManifest(batch.Count), result.Parameters);
            string? fault = DivergenceCheck.FindFault(result.Step, result.AnswerShift, _model.Manifest.Classes)
                ?? ParameterSetCheck.FindFault(set, _model.Student.Model.Sha256, _model.Student.Layers);

            // The highest, which is not the last where one could not be read before; and never back, or samples that were learned from would be so again.
            Commit(Math.Max(_checkpoint.ProcessedSequence, batch.Max(b => b.Entry.Sequence)), batch.Count, result, set, fault, Stopwatch.GetElapsedTime(started));
            span?.SetTag("edgeadapt.parameters.version", set.Manifest.Version).SetStatus(fault is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, fault);
            lock (_lock)
            {
                _trace = fault is null ? (set.Manifest.Version, trace) : _trace;
            }

            return fault is null ? StepOutcome.Adapted : StepOutcome.Diverged;
        }
        catch
        {
            // Whatever went wrong (no disk space, stop of the service, a damaged replay sample): the session is as before.
            _history.RemoveAbove(_checkpoint.Version);
            PutBack(batch);
            throw;
        }
    }

    /// <summary>Writes the counters of the time since the last step too. Called after the last step, at a clean stop.</summary>
    /// <exception cref="IOException">The disk is full or broken; the previous checkpoint is as it was.</exception>
    public void Save()
    {
        SessionCheckpoint checkpoint = _checkpoint with { Counts = Counts() };
        CheckpointFile.Write(_checkpointPath, checkpoint);
        Volatile.Write(ref _checkpoint, checkpoint);
    }

    /// <summary>The session at this moment.</summary>
    public SessionSnapshot Snapshot()
    {
        SessionCheckpoint checkpoint = Volatile.Read(ref _checkpoint);
        int queued;
        lock (_lock)
        {
            queued = _pending.Count;
        }

        return new SessionSnapshot(
            Key, checkpoint.Version, Volatile.Read(ref _publishedVersion), queued, _samples.Count, _samples.Bytes, ReplayCount(checkpoint),
            Counts(), checkpoint.RecentSteps, _history.Entries, EdgeStatistics.Latest);
    }

    private static int ReplayCount(SessionCheckpoint checkpoint) => checkpoint.Adapter?.ReplaySamples.Count ?? 0;

    private ParameterSetManifest NewManifest(int samples) => new()
    {
        BaseModelSha256 = _model.Student.Model.Sha256,
        Version = _checkpoint.Version + 1,
        Parent = _checkpoint.Version,
        Scope = Key.Group,
        Created = _time.GetUtcNow(),
        TeacherSha256 = _model.Teacher.Model.Sha256,
        SamplesSeen = Counts().Processed + samples,
        Steps = Counts().Steps + 1,
    };

    private void Commit(long processed, int samples, EngineResult result, ParameterSet set, string? fault, TimeSpan elapsed)
    {
        SessionCounts counts = Counts();
        var record = new StepRecord(
            counts.Steps + 1, _time.GetUtcNow(), fault is null ? set.Manifest.Version : null, samples,
            result.Step.TeacherLoss, result.Step.StudentLoss, elapsed.TotalMilliseconds, fault);
        Func<SessionCounts, SessionCounts> change = fault is null
            ? c => c with { Processed = c.Processed + samples, Steps = c.Steps + 1 }
            : c => c with { Processed = c.Processed + samples, Diverged = c.Diverged + 1 };
        if (fault is null)
        {
            _history.Store(set.Manifest, ParameterSetFile.ToBytes(set));
        }

        var checkpoint = new SessionCheckpoint
        {
            Version = fault is null ? set.Manifest.Version : _checkpoint.Version,
            ProcessedSequence = processed,
            Adapter = fault is null ? result.State : _checkpoint.Adapter,
            Counts = change(counts),
            RecentSteps = [.. _checkpoint.RecentSteps.TakeLast(_options.RecentSteps - 1), record],
        };
        CheckpointFile.Write(_checkpointPath, checkpoint);
        Volatile.Write(ref _checkpoint, checkpoint);
        Count(change);
        DeleteExcess();
        if (fault is null)
        {
            _logger.Adapted(Key, record.Step, checkpoint.Version, record.Milliseconds, record.TeacherLoss, record.StudentLoss);
        }
        else
        {
            _logger.Diverged(Key, record.Step, fault);
        }
    }

    private void DeleteExcess() => _samples.Remove(_samples.Excess(
        _checkpoint.ProcessedSequence, Math.Max(_model.Options.ReplayCapacity, AdaptationSessionOptions.MinimumRetainedSamples)));

    private List<(StoredSample Entry, IAdaptationSample Tensor)> TakeBatch()
    {
        var batch = new List<(StoredSample, IAdaptationSample)>();
        while (batch.Count < _model.Options.CloudBatch && TakeFirst() is { } sample)
        {
            if (Load(sample, batch) is { } values)
            {
                // In memory, so that nothing can go wrong with it any more in the middle of the step.
                batch.Add((sample, new TensorSample(sample.Id, values)));
            }
            else
            {
                // The next waiting sample takes its place: a step has full batches only.
                Count(counts => counts with { Damaged = counts.Damaged + 1 });
            }
        }

        return batch;
    }

    /// <summary>A sample's tensor, or null where its file is damaged. Where it cannot be read, it and the batch so far wait again, or the next checkpoint would leave them behind.</summary>
    private float[]? Load(StoredSample sample, List<(StoredSample, IAdaptationSample)> batch)
    {
        try
        {
            return Tensor(sample).TryLoad();
        }
        catch
        {
            PutBack(batch);
            lock (_lock)
            {
                // Behind the others: a bad sector must not keep them from training for ever.
                _pending.AddLast(sample);
            }

            throw;
        }
    }

    /// <summary>The step's span stands below its newest sample, so that one trace leads from a frame to the swap; links lead there from the others.</summary>
    private (Activity? Span, string? Trace) StartTrace(List<(StoredSample Entry, IAdaptationSample Tensor)> batch)
    {
        string? newest = _samples.Read(batch[^1].Entry)?.TraceParent;
        if (!CloudTracing.IsOn)
        {
            return (null, newest);
        }

        Activity? span = CloudTracing.Start("adapt", ActivityKind.Internal, newest, [.. batch.Select(b => _samples.Read(b.Entry)?.TraceParent)])
            ?.SetTag("edgeadapt.group", Key.Group).SetTag("edgeadapt.model", Key.Model).SetTag("edgeadapt.samples", batch.Count);
        return (span, span?.Id ?? newest);
    }

    private StoredSample? TakeFirst()
    {
        lock (_lock)
        {
            StoredSample? first = _pending.First?.Value;
            if (first is not null)
            {
                _pending.RemoveFirst();
            }

            return first;
        }
    }

    private void PutBack(List<(StoredSample Entry, IAdaptationSample Tensor)> batch)
    {
        lock (_lock)
        {
            foreach ((StoredSample entry, _) in Enumerable.Reverse(batch))
            {
                _pending.AddFirst(entry);
            }
        }
    }

    private StoredSampleTensor? Resolve(string id) => _samples.Find(id) is { } sample ? Tensor(sample) : null;

    private StoredSampleTensor Tensor(StoredSample sample) => new(sample, _samples, _model.Preprocessor, _cache);

    private SessionCounts Counts()
    {
        lock (_lock)
        {
            return _counts;
        }
    }

    private void Count(Func<SessionCounts, SessionCounts> change)
    {
        lock (_lock)
        {
            _counts = change(_counts);
        }
    }
}
