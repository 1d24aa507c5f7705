using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// CEMA's edge and cloud in one process, as its authors evaluate it (Chen et al., ICLR 2024): the edge infers and filters, the
/// cloud adapts at once, and the new parameters are in force from the next batch (K = 1), or <see cref="Delay"/> batches later.
/// </summary>
public sealed class CemaAdaptation : ITestTimeAdaptation, IDelayedParameters
{
    private readonly NormalizationModel _student;
    private readonly CemaOptions _options;
    private readonly CloudAdapter _cloud;
    private readonly ForwardSession _forward;
    private readonly StatisticsSession? _firstBatch;
    private readonly StatisticsFollower? _follower;
    private readonly EntropyFilter _entropy;
    private readonly RedundancyFilter? _redundancy;
    private readonly long _setBytes;
    private readonly long _statisticsBytes;
    private readonly Queue<IReadOnlyList<LayerParameters>> _underWay = new();
    private StatisticsMemory? _memory;
    private IReadOnlyList<LayerParameters>? _inForce;
    private int _delay;
    private bool _started;

    /// <summary>Creates the method.</summary>
    /// <param name="student">The edge model.</param>
    /// <param name="teacher">The foundation model; same input and classes.</param>
    /// <param name="options">Constants of both sides.</param>
    /// <param name="settings">How ONNX Runtime runs both; null for all cores.</param>
    /// <param name="imageShape">C, H and W of the images, where the models leave them open; null takes them from the student.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">The models do not fit each other, or training cannot pass through an operator.</exception>
    public CemaAdaptation(
        NormalizationModel student, NormalizationModel teacher, CemaOptions options, SessionSettings? settings = null,
        (int Channels, int Height, int Width)? imageShape = null)
    {
        _cloud = new CloudAdapter(student, teacher, options, settings, imageShape);
        _student = student;
        _options = options;
        _forward = new ForwardSession(student, settings);
        _firstBatch = options.Start == StatisticsStart.FirstBatch ? new StatisticsSession(student, settings) : null;
        _follower = options.Start == StatisticsStart.Edge ? new StatisticsFollower(student, options.EdgeStatistics, settings) : null;
        _entropy = new EntropyFilter(options.Selection, ModelPair.Classes(student, teacher));
        _redundancy = options.RedundancyMargin is { } margin ? new RedundancyFilter(margin) : null;
        _setBytes = ParameterSetSize.Of(student);
        _statisticsBytes = student.Layers.Sum(l => 2L * sizeof(float) * l.StatisticsLength);
    }

    /// <summary>Steps that the cloud has taken since the last reset.</summary>
    public long Steps => _cloud.Steps;

    /// <inheritdoc/>
    public int Delay
    {
        get => _delay;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _delay = value;
        }
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(samples);
        FloatTensor logits = Answer(images);
        IReadOnlyList<int> kept = _entropy.Select(logits);
        kept = _redundancy?.Select(logits, kept) ?? kept;
        foreach (int row in kept)
        {
            _cloud.Enqueue(samples[row]);
        }

        bool changed = _cloud.Adapt().Any(step => step.Outcome == AdaptationOutcome.Trained);
        _underWay.Enqueue(_cloud.StudentParameters);
        if (_underWay.Count > Delay)
        {
            _inForce = _underWay.Dequeue();
        }

        bool statisticsTravel = _options.Start == StatisticsStart.Edge && kept.Count > 0;
        return new TestTimeResult(logits, kept, statisticsTravel ? _statisticsBytes : 0, changed ? _setBytes : 0);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _cloud.Reset();
        _entropy.Reset();
        _redundancy?.Reset();
        _underWay.Clear();
        (_memory, _inForce, _started) = (null, null, false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cloud.Dispose();
        _forward.Dispose();
        _firstBatch?.Dispose();
        _follower?.Dispose();
    }

    private FloatTensor Answer(FloatTensor images)
    {
        IReadOnlyList<LayerParameters> parameters = _inForce ??= _cloud.StudentParameters;
        if (_follower is not null)
        {
            LayerParameters[] sourceStatistics = [.. parameters.Zip(_student.Source, (p, source) => p with { Mean = source.Mean, Variance = source.Variance })];
            StatisticsFollowing result = _follower.Next(images, sourceStatistics, _memory);
            _memory = result.Memory;
            if (result.Changed)
            {
                _entropy.NoteChange();
            }

            _cloud.SetEdgeStatistics(result.Mixed);
            return result.Logits;
        }

        if (_firstBatch is not null && !_started)
        {
            // The whole first batch, unfiltered, starts the edge's running statistics.
            StatisticsResult result = _firstBatch.Run(images, parameters, null, StatisticsPolicy.Batch with { Unbiased = true });
            if (result.Moving is not null)
            {
                // The edge measured them itself: they are in force at once, whatever the delay.
                _cloud.SetEdgeStatistics(result.Mixed);
                _inForce = _cloud.StudentParameters;
                _started = true;
            }

            return result.Logits;
        }

        return _forward.Run(images, parameters);
    }
}
