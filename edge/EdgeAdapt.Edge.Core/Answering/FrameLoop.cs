using System.Diagnostics;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Core.Tracing;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>
/// Takes frames one after the other: decode, answer, then filter, then hand a selected one to the outbox, then count it for the statistics.
/// Nothing that goes wrong with one frame, with the disk or with the connection keeps the next one from its answer. Frames that were answered
/// elsewhere join behind their answer, from any thread. Dispose it when neither its source nor such a frame is under way.
/// </summary>
internal sealed class FrameLoop(FrameLoopOptions options, FrameLoopParts parts, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly StatisticsWindow _window = new(options.StatisticsBatch, parts.Decoder.ImageShape);

    // One for all frames: a new one each, of 600 kB at 224 x 224, would make the garbage collector hold hundreds of MB until it looks.
    private readonly float[] _image = new float[parts.Decoder.ImageShape[0] * parts.Decoder.ImageShape[1] * parts.Decoder.ImageShape[2]];
    private double _maximumEntropy = double.NaN;
    private double _minimumEntropy = double.NaN;
    private long _next;
    private long? _windowStart;
    private bool _isCollecting;
    private bool _hasChanged;

    /// <summary>E_max(t) in nats after the last frame; null where there is no upper bound.</summary>
    public double? MaximumEntropy => Volatile.Read(ref _maximumEntropy) is var value && double.IsNaN(value) ? null : value;

    /// <summary>E_min in nats after the last frame, as a byte budget has raised it; null where there is no lower bound.</summary>
    public double? MinimumEntropy => Volatile.Read(ref _minimumEntropy) is var value && double.IsNaN(value) ? null : value;

    /// <summary>The last answers.</summary>
    public AnswerLog Answers { get; } = new(time);

    /// <summary>Answers frames until the source is exhausted.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the frame under way was finished first.</exception>
    public async Task RunAsync(IFrameSource source, CancellationToken cancellationToken)
    {
        var pacer = new FramePacer(options.Rate, time);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        parts.FilterState.Restore(parts.Filter);
        Volatile.Write(ref _hasChanged, parts.Filter.Samples == 0);
        NoteThresholds();
        _gate.Release();
        try
        {
            await foreach (Frame frame in source.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                await pacer.WaitAsync(cancellationToken).ConfigureAwait(false);
                Task statistics = await TakeAsync(frame).ConfigureAwait(false);

                if (!options.IsLive)
                {
                    await statistics.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            parts.FilterState.Save(parts.Filter.State);
            _gate.Release();
        }
    }

    /// <summary>Says that the stream has changed: from the next frame on, what is held back for that is spent. Returns at once; thread safe.</summary>
    public void NoteChange() => Volatile.Write(ref _hasChanged, true);

    /// <summary>The number of the next frame.</summary>
    public long NextNumber() => Interlocked.Increment(ref _next) - 1;

    /// <summary>Selects, keeps, reports and counts a frame that has its answer. Thread safe.</summary>
    /// <returns>The work on the statistics that this frame started.</returns>
    public async ValueTask<Task> ObserveAsync(AnsweredFrame answered)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        try
        {
            // One client that forgets to normalize would else have the statistics begin anew on its images, and every camera's answers with them.
            if (!answered.IsOutOfRange)
            {
                parts.Observe(answered.Image, answered.Sample, answered.Version);
            }

            if (float.IsNaN(answered.Entropy))
            {
                Fail(answered.Number, answered.Frame, answered.Fault ?? "The model answers with numbers that are not finite. Check the picture and the parameter set.");
                return Task.CompletedTask;
            }

            parts.Counters.CountAnswer();
            if (!answered.IsOutOfRange)
            {
                parts.Watch(answered.Sample, answered.Version);
            }

            TakeChange();
            parts.Steering.CountFrame();

            // Also for a share that is set by hand: frames come one at a time, and the filter by itself would keep the first that its credit pays for.
            parts.Filter.ShareLimit = parts.Steering.Share ?? parts.Filter.Options.UploadShare;
            bool sendable = options.KeepsImages && !answered.Frame.Bytes.IsEmpty;
            bool drawn = sendable && parts.Audit.Next();
            bool selected = sendable && parts.Filter.Select([answered.Entropy], [answered.Class]).Count > 0;
            bool kept = (selected || drawn)
                && await KeepAsync(answered, selected, drawn ? new SampleAudit(answered.Class, selected) : null).ConfigureAwait(false);
            NoteThresholds();
            Answers.Add(answered, kept);
            parts.Publisher?.Offer(answered);
            parts.Report.Write(new AnswerLine { Frame = answered.Number, Class = answered.Class, Entropy = answered.Entropy, Version = answered.Version, Uploaded = kept, Audit = drawn });
            return answered.IsOutOfRange ? Task.CompletedTask : Collect(answered.Image);
        }
        finally
        {
            parts.Active.NoteBusySince(start);
            _gate.Release();
        }
    }

    /// <summary>Changes something between two frames, so that none sees half of it.</summary>
    public async Task ChangeAsync(Action change)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            change();
            NoteThresholds();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <returns>The work on the statistics that this frame started.</returns>
    private async ValueTask<Task> TakeAsync(Frame frame)
    {
        long number = NextNumber();
        DateTimeOffset captured = time.GetUtcNow();
        bool isReused = !Answers.HoldsLatest;
        long start = Stopwatch.GetTimestamp();
        PreprocessedImage image = parts.Decoder.Decode(frame, isReused ? _image : null);
        parts.Active.NoteBusySince(start);
        if (!image.IsReady)
        {
            Fail(number, frame, image.Fault);
            return Task.CompletedTask;
        }

        (float[] logits, long version, long generation, string? fault) = Ask(image.Values);
        return await ObserveAsync(new AnsweredFrame(number, frame, captured, image.Values, logits, version)
        {
            StatisticsGeneration = generation,
            IsImageReused = isReused,
            Fault = fault,
        }).ConfigureAwait(false);
    }

    private void TakeChange()
    {
        if (Interlocked.Exchange(ref _hasChanged, false))
        {
            parts.Filter.NoteChange();
            long released = parts.ReleaseReserve();
            parts.Steering.Collect(released);
            Log.ReserveReleased(logger, released);
        }
    }

    private void NoteThresholds()
    {
        Volatile.Write(ref _maximumEntropy, parts.Filter.MaximumEntropy ?? double.NaN);
        Volatile.Write(ref _minimumEntropy, parts.Filter.EffectiveMinimumEntropy ?? double.NaN);
    }

    /// <summary>The answer to an image; NaN with the fault where the model fails, so that the watch over the parameter set learns of it.</summary>
    private (float[] Logits, long Version, long Generation, string? Fault) Ask(float[] image)
    {
        IReadOnlyList<int> shape = parts.Decoder.ImageShape;
        using ModelLease lease = parts.Active.Acquire();
        try
        {
            long start = time.GetTimestamp();
            float[] logits = lease.Run(new FloatTensor(image, 1, shape[0], shape[1], shape[2])).Values;
            parts.Counters.NoteInference(time.GetElapsedTime(start));
            return (logits, lease.Version, lease.StatisticsGeneration, null);
        }
        catch (OnnxModelException e)
        {
            return ([float.NaN, float.NaN], lease.Version, lease.StatisticsGeneration, e.Message);
        }
    }

    /// <summary>Hands a selected or drawn frame to the outbox; false where it is known already not to go in.</summary>
    private async ValueTask<bool> KeepAsync(AnsweredFrame answered, bool selected, SampleAudit? audit)
    {
        if (selected)
        {
            parts.Counters.CountSelection();
        }

        if (audit is not null)
        {
            parts.Counters.CountAudit();
        }

        SampleMerit merit = audit is null ? MeritOf(answered) : SampleMerit.Audit;

        // Not the answered frame itself: the queue would hold its image too, 600 kB each at 224 x 224.
        (Frame frame, DateTimeOffset captured, float entropy, long version) = (answered.Frame, answered.Captured, answered.Entropy, answered.Version);
        SampleUpload Sample() => Pack(frame, captured, entropy, version, audit);
        return options.IsLive
            ? parts.Intake.TryOffer(Sample, merit, frame.Bytes.Length)
            : await parts.Intake.AddAsync(Sample, merit, CancellationToken.None).ConfigureAwait(false) is AddOutcome.Stored or AddOutcome.Duplicate;
    }

    /// <summary>The sample of a frame; on the thread of the outbox, because a large frame takes as long to encode as to answer.</summary>
    private SampleUpload Pack(Frame frame, DateTimeOffset captured, float entropy, long version, SampleAudit? audit)
    {
        using Activity? span = AgentTracing.StartFrame(captured, entropy, version);
        (string contentType, ReadOnlyMemory<byte> content) = parts.Decoder.Encode(frame);
        parts.Steering.CountSample(content.Length);
        return new SampleUpload
        {
            Id = ContentHash.IdOf(content.Span),
            Tenant = options.Tenant,
            Device = options.Device,
            Group = options.Group,
            Model = options.Model,
            BaseModelSha256 = options.ModelSha256,
            ParameterVersion = version,
            Entropy = entropy,
            ContentType = contentType,
            Content = content,
            Captured = captured,
            TraceParent = AgentTracing.Parent(span),
            Audit = audit,
        };
    }

    private SampleMerit MeritOf(AnsweredFrame answered)
    {
        float[] probabilities = new float[answered.Logits.Length];
        Logits.Softmax(answered.Logits, probabilities);
        return new SampleMerit(parts.Filter.Rank(answered.Entropy), Prediction.Of(probabilities));
    }

    private Task Collect(float[] image)
    {
        if (_window.IsEmpty)
        {
            // Of a batch that cannot be afforded by the time it is complete, no frame is copied: 600 kB each at 224 x 224. The next one is taken to last as long as the last.
            long now = time.GetTimestamp();
            TimeSpan ahead = _windowStart is { } start ? time.GetElapsedTime(start, now) : TimeSpan.Zero;
            _isCollecting = !options.IsLive || parts.TakesStatistics(ahead);
            _windowStart = now;
        }

        if (_isCollecting)
        {
            _window.Add(image);
        }
        else
        {
            _window.Pass();
        }

        if (!_window.IsFull)
        {
            return Task.CompletedTask;
        }

        parts.FilterState.Offer(parts.Filter.State);
        if (!_isCollecting || (options.IsLive && !parts.TakesStatistics(TimeSpan.Zero)))
        {
            parts.Counters.CountSkippedBatch();
            _window.Clear();
            return Task.CompletedTask;
        }

        return parts.OfferStatistics(_window.Take());
    }

    private void Fail(long number, Frame frame, string reason)
    {
        parts.Counters.CountFailure();
        Log.FrameFailed(logger, frame.Name, reason);
        parts.Report.Write(new AnswerLine { Frame = number, Failed = true, Name = frame.Name, Reason = reason });
    }
}
