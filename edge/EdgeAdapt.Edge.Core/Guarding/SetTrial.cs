using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>
/// Watches a set that answers since a moment ago, for a window of frames, against the last good set on the same frames. Against its answers of before a fog that comes
/// in with the set would be the set's fault. Frames are observed on one thread and judged on another.
/// </summary>
internal sealed class SetTrial
{
    /// <summary>Frames between two judgements.</summary>
    public const int Step = 8;

    // Below this, a median of a few frames of a small model is a matter of the scheduler.
    private static readonly TimeSpan NoticeableDelay = TimeSpan.FromMilliseconds(2);

    private readonly ActiveModel _active;
    private readonly ModelLease _good;
    private readonly Canary _canary;
    private readonly RolloutGuardOptions _options;
    private readonly IReadOnlyList<int> _imageShape;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<(float[] Image, AnswerSample Answer)> _waiting = [];
    private readonly List<AnswerSample> _goodAnswers = [];
    private readonly List<AnswerSample> _answers = [];
    private readonly List<double> _goodTimes = [];
    private readonly List<double> _times = [];
    private bool _isDue;

    /// <summary>Begins a trial.</summary>
    /// <param name="version">The version on trial.</param>
    /// <param name="active">The model that answers with it from now on.</param>
    /// <param name="good">The last good state of the model; alive as long as this is used.</param>
    /// <param name="canary">Asked where the window alone cannot tell a collapse from a scene that stays the same.</param>
    /// <param name="imageShape"><c>[C, H, W]</c>.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">Times the answers.</param>
    public SetTrial(long version, ActiveModel active, ModelLease good, Canary canary, IReadOnlyList<int> imageShape, RolloutGuardOptions options, TimeProvider time)
    {
        _time = time;
        _canary = canary;
        Version = version;
        _active = active;
        _good = good;
        _imageShape = imageShape;
        _options = options;
    }

    /// <summary>The version on trial.</summary>
    public long Version { get; }

    /// <summary>Whether there is something to judge.</summary>
    public bool IsDue
    {
        get => Volatile.Read(ref _isDue);
        private set => Volatile.Write(ref _isDue, value);
    }

    /// <summary>Frames judged so far: those that the last good set has a finite answer to. The others say nothing of either.</summary>
    public int Judged => _answers.Count;

    /// <summary>Whether there were enough of them for a judgement.</summary>
    public bool IsJudged => Judged >= Step;

    /// <summary>Takes an answer of the model; those of other versions are left alone, and so are frames that come faster than they are judged.</summary>
    /// <param name="image">The preprocessed frame <c>[C, H, W]</c>; it is copied.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="version">The version that answered.</param>
    /// <returns>Whether there is enough to judge.</returns>
    public bool Observe(float[] image, AnswerSample answer, long version)
    {
        if (version != Version)
        {
            return false;
        }

        lock (_gate)
        {
            if (_waiting.Count < Step)
            {
                _waiting.Add(([.. image], answer));
            }

            // Nothing finite is never a matter of taste; a stream that is slow must not wait for seven more of it.
            return IsDue = IsDue || _waiting.Count >= Step || float.IsNaN(answer.Entropy);
        }
    }

    /// <summary>Judges what has been observed.</summary>
    /// <param name="fault">In what the set is worse, where the trial failed.</param>
    public TrialState Judge(out string? fault)
    {
        List<(float[] Image, AnswerSample Answer)> frames;
        lock (_gate)
        {
            frames = [.. _waiting];
            _waiting.Clear();
            IsDue = false;
        }

        foreach ((float[] image, AnswerSample answer) in frames)
        {
            var tensor = new FloatTensor(image, 1, _imageShape[0], _imageShape[1], _imageShape[2]);
            (float[] logits, double goodTime) = Run(_good, tensor);
            AnswerSample good = AnswerSample.Of(logits);
            if (float.IsNaN(good.Entropy))
            {
                continue;
            }

            using ModelLease current = _active.Acquire();
            (_, double time) = Run(current, tensor);
            _goodAnswers.Add(good);
            _canary.Keep(image, good);
            _answers.Add(answer);
            _goodTimes.Add(goodTime);
            _times.Add(time);
        }

        fault = _answers.Count == 0 ? null : FindFault(AnswerComparison.Of(_goodAnswers, _answers, _active.Classes));
        return fault is not null ? TrialState.Failed : Judged >= _options.Window ? TrialState.Passed : TrialState.Open;
    }

    private (float[] Logits, double Milliseconds) Run(ModelLease model, FloatTensor image)
    {
        long start = _time.GetTimestamp();
        try
        {
            float[] logits = model.Run(image).Values;
            return (logits, _time.GetElapsedTime(start).TotalMilliseconds);
        }
        catch (OnnxModelException)
        {
            // What fails here failed in the answer too and is counted there; a NaN says the same.
            return ([float.NaN, float.NaN], _time.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    // Of one or two frames nothing is sure, and their deviation tells it least of all: an answer that is not finite may have called for a judgement early.
    private string? FindFault(AnswerComparison window) =>
        window.FindNotFinite() ?? (IsJudged ? window.FindFault(_options, chosen: false) ?? FindCollapse(window) ?? FindDelay() : null);

    /// <summary>A better set may well be of one mind about a scene that confused the last one; only where it is so about different frames too is it a collapse.</summary>
    private string? FindCollapse(AnswerComparison window)
    {
        if (window.FindCollapse(_options) is not { } fault)
        {
            return null;
        }

        using ModelLease current = _active.Acquire();
        try
        {
            return _canary.Compare(_good, current) is not { } kept ? fault : kept.FindCollapse(_options) is null ? null : fault;
        }
        catch (OnnxModelException)
        {
            return fault;
        }
    }

    private string? FindDelay()
    {
        (double good, double now) = (Median(_goodTimes), Median(_times));
        return now > good * _options.MaximumSlowdown && now - good > NoticeableDelay.TotalMilliseconds
            ? $"its median answer takes {now:0.0} ms where the last good set's takes {good:0.0} ms ({_options.MaximumSlowdown:0.##} times is allowed, --guard-slowdown)"
            : null;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
