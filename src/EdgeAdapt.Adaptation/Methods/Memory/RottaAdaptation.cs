using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// RoTTA (Yuan et al., CVPR 2023), made for streams whose labels are correlated: statistics and steps come from a memory that is
/// balanced over the predicted classes, never from the batch itself. A student sees an augmented view of the memory and learns the
/// answers of a teacher that follows it slowly; the teacher answers. Running statistics start as the source's and move by α. The
/// gradient passes through the statistics of the memory whole, where the public code lets α of it through.
/// </summary>
public sealed class RottaAdaptation : ITestTimeAdaptation
{
    private readonly NormalizationModel _model;
    private readonly RottaOptions _options;
    private readonly StatisticsPolicy _policy;
    private readonly TrainingSession _training;
    private readonly StatisticsSession _statistics;
    private readonly ForwardSession _forward;
    private readonly BalancedMemory _memory;
    private readonly SeededGenerator _generator;
    private readonly Adam _optimizer;
    private readonly long _setBytes;
    private IReadOnlyList<LayerParameters> _student;
    private IReadOnlyList<LayerParameters> _teacher;
    private int _seen;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public RottaAdaptation(NormalizationModel model, RottaOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        (_model, _options) = (model, options);
        (_student, _teacher) = (model.Source, model.Source);
        _policy = StatisticsPolicy.Batch with { Momentum = options.StatisticsMomentum };
        _training = new TrainingSession(model, TrainingLoss.Distillation, TrainingStatistics.BatchRenormalization, settings);
        _statistics = new StatisticsSession(model, settings);
        _forward = new ForwardSession(model, settings);
        _memory = new BalancedMemory(options.Capacity, model.Signature.Classes, options.TimelinessWeight, options.UncertaintyWeight);
        _generator = new SeededGenerator(options.Seed);
        _optimizer = new Adam(options.LearningRate);
        _setBytes = ParameterSetSize.Of(model);
    }

    /// <inheritdoc/>
    /// <remarks>The images that the memory keeps count as uploaded: a gradient may come from them later.</remarks>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        ArgumentNullException.ThrowIfNull(images);
        var usable = new UsableImages(images);
        if (usable.Rows.Count == 0)
        {
            return new TestTimeResult(UsableImages.Broken(images.Count, _model.Signature.Classes), []);
        }

        FloatTensor logits = _forward.Run(usable.Images, _teacher);
        var kept = new List<int>();
        int steps = 0;
        for (int row = 0; row < logits.Count; row++)
        {
            double entropy = Logits.Entropy(logits.Sample(row));
            if (double.IsFinite(entropy) && _memory.Offer(usable.Images.Sample(row), Logits.ArgMax(logits.Sample(row)), entropy))
            {
                kept.Add(usable.Rows[row]);
            }

            _seen++;
            steps += _seen % _options.PeriodImages == 0 && Step(usable.Images.Shape[1..]) ? 1 : 0;
        }

        return new TestTimeResult(usable.Spread(logits), kept, 0, steps * _setBytes);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        (_student, _teacher, _seen) = (_model.Source, _model.Source, 0);
        _memory.Clear();
        _optimizer.Reset();
        _generator.State = _options.Seed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training.Dispose();
        _statistics.Dispose();
        _forward.Dispose();
    }

    private bool Step(long[] shape)
    {
        if (_memory.Count < 2)
        {
            return false;
        }

        FloatTensor images = FloatTensor.Stack(_memory.Images, shape);
        FloatTensor views = ImageAugmentation.Apply(images, _generator);
        StatisticsResult taught = _statistics.Run(images, _teacher, TeacherAverage.Statistics(_teacher), _policy);
        StatisticsResult seen = _statistics.Run(views, _student, TeacherAverage.Statistics(_student), _policy);
        if (!FiniteValues.AreAll(taught.Logits.Values) || !FiniteValues.AreAll(seen.Logits.Values))
        {
            return false;
        }

        // What the layers without running statistics give back is empty, as what they have.
        IReadOnlyList<LayerParameters> student = TeacherAverage.With(_student, seen.Moving!);
        float[] weights = [.. _memory.Weights];
        TrainingResult result = _training.Run(
            views, student, new LossInputs { TeacherLogits = taught.Logits, Alpha = 0, Beta = 1, Gamma = 0, SampleMask = weights });
        if (!float.IsFinite(result.Loss) || !LayerGradients.AreFinite(result.Gradients))
        {
            return false;
        }

        // The loss is the mean of the weighted cross entropies over the memory; the session divides by the sum of the weights.
        _student = _optimizer.Update(student, LayerGradients.Times(result.Gradients, weights.Sum() / weights.Length));
        _teacher = TeacherAverage.Follow(TeacherAverage.With(_teacher, taught.Moving!), _student, _options.TeacherMomentum);
        return true;
    }
}
