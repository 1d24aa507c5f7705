using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>
/// Watches the answers of a device, and its layers' inputs, for a stream that is no longer what it was. Fed by the frame loop, a frame at a time, and by the rollout;
/// read by any thread. Taking a frame allocates nothing.
/// </summary>
internal sealed class DriftTelemetry
{
    private const int RememberedChanges = 32;
    private readonly Lock _gate = new();
    private readonly DriftOptions _options;
    private readonly NormalizationModel _model;
    private readonly TimeProvider _time;
    private readonly double _logClasses;
    private readonly PageHinkley _pageHinkley;
    private readonly Adwin _adwin;
    private readonly DriftTally _before;
    private readonly Queue<DetectedChange> _changes = new();
    private DriftTally _current;
    private DriftTally _last;
    private IReadOnlyList<LayerShift> _layers = [];
    private double _blockSum;
    private int _blockFrames;
    private long _frames;
    private long _found;
    private long _entropyChange;
    private ChangeDirection _entropyDirection;
    private long? _version;
    private long _versionSince;

    public DriftTelemetry(DriftOptions options, int classes, NormalizationModel model, TimeProvider time)
    {
        _options = options;
        _model = model;
        _time = time;
        _logClasses = Math.Log(classes);
        _pageHinkley = new PageHinkley(options.PageHinkley);
        _adwin = new Adwin(options.Adwin);
        (_before, _current, _last) = (new DriftTally(classes), new DriftTally(classes), new DriftTally(classes));
    }

    /// <summary>Raised after a change was found, on the thread that brought the frame or the statistics that show it: return soon.</summary>
    public event Action<DetectedChange>? ChangeDetected;

    /// <summary>What the detectors have learnt; setting it continues an earlier run.</summary>
    /// <exception cref="ArgumentException">It is set to what no run gives.</exception>
    public DriftState State
    {
        get
        {
            lock (_gate)
            {
                return new DriftState(_pageHinkley.State, _adwin.State, _version, _entropyDirection, _frames - _entropyChange);
            }
        }

        set
        {
            lock (_gate)
            {
                try
                {
                    _pageHinkley.State = value.PageHinkley;
                    _adwin.State = value.Adwin;
                    (_version, _entropyDirection, _entropyChange) = (value.Version, value.Direction, _frames - value.FramesSince);
                }
                catch (ArgumentException)
                {
                    // Not one of them with the other's past.
                    _pageHinkley.Reset();
                    _adwin.Reset();
                    throw;
                }
            }
        }
    }

    /// <summary>Takes an answer. One thread at a time.</summary>
    /// <param name="answer">A finite one.</param>
    /// <param name="version">The version that answered.</param>
    public void Observe(AnswerSample answer, long version)
    {
        DetectedChange? change;
        lock (_gate)
        {
            Count(answer, version, out double entropy);
            change = Detect(entropy);
        }

        Raise(change);
    }

    /// <summary>Takes the device's own statistics.</summary>
    /// <param name="statistics">With the newest frames in them.</param>
    /// <param name="changed">Whether the layers' inputs changed with them.</param>
    public void Observe(DeviceStatistics statistics, bool changed)
    {
        IReadOnlyList<LayerShift> layers = LayerShift.Of(_model, statistics.Memory.Recent);
        DetectedChange? change = null;
        lock (_gate)
        {
            _layers = layers;
            if (changed)
            {
                change = Remember(DriftDetector.LayerInputs, new ChangePoint(ChangeDirection.None, 0, double.NaN, double.NaN));
            }
        }

        Raise(change);
    }

    /// <summary>How the stream looks now.</summary>
    public DriftSnapshot Snapshot()
    {
        lock (_gate)
        {
            return new DriftSnapshot
            {
                Taken = _time.GetUtcNow(),
                WindowFrames = _options.Window,
                Current = _current.ToWindow(),
                Last = _last.Frames == 0 ? null : _last.ToWindow(),
                Total = _before.With(_current),
                Layers = _layers,
                ReferenceEntropy = _pageHinkley.IsLearning ? null : _pageHinkley.Mean,
                Suspicion = _pageHinkley.Suspicion,
                AdaptiveWindowFrames = _adwin.Width * _options.Block,
                Changes = _found,
                RecentChanges = [.. _changes],
            };
        }
    }

    private void Count(AnswerSample answer, long version, out double entropy)
    {
        _frames++;
        if (_version != version)
        {
            _versionSince = _version is null ? 0 : _frames;
            _version = version;
        }

        // Rounding may leave the entropy of equal logits a hair above ln K.
        entropy = Math.Min(answer.Entropy / _logClasses, 1);
        _current.Add(entropy, answer.Confidence, answer.Class);
        if (_current.Frames == _options.Window)
        {
            _before.Add(_current);
            (_last, _current) = (_current, _last);
            _current.Clear();
        }
    }

    private DetectedChange? Detect(double entropy)
    {
        _blockSum += entropy;
        if (++_blockFrames < _options.Block)
        {
            return null;
        }

        double mean = _blockSum / _blockFrames;
        (_blockSum, _blockFrames) = (0, 0);
        ChangePoint? soon = _pageHinkley.Update(mean);
        ChangePoint? bounded = _adwin.Update(mean);
        return Note(DriftDetector.PageHinkley, soon) ?? Note(DriftDetector.Adwin, bounded);
    }

    /// <summary>What an operator has not been told yet: one change is found by both tests, and by ADWIN in several pieces while old values leave its window.</summary>
    private DetectedChange? Note(DriftDetector detector, ChangePoint? found)
    {
        if (found is not { } change)
        {
            return null;
        }

        bool known = change.Direction == _entropyDirection && _frames - (change.Began * _options.Block) < _entropyChange;
        (_entropyDirection, _entropyChange) = (change.Direction, known ? _entropyChange : _frames);
        return known ? null : Remember(detector, change);
    }

    private DetectedChange Remember(DriftDetector detector, ChangePoint change)
    {
        long began = change.Began * _options.Block;
        var detected = new DetectedChange(
            ++_found, _time.GetUtcNow(), detector, change.Direction, _frames, began, change.Before, change.After, _version ?? 0,
            _versionSince > 0 && _versionSince > _frames - (began == 0 ? _options.Window : 2 * began));
        _changes.Enqueue(detected);
        while (_changes.Count > RememberedChanges)
        {
            _changes.Dequeue();
        }

        return detected;
    }

    private void Raise(DetectedChange? change)
    {
        if (change is not null)
        {
            ChangeDetected?.Invoke(change);
        }
    }
}
