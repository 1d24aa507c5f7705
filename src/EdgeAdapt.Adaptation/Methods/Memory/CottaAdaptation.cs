using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// CoTTA (Wang et al., CVPR 2022): a student learns the answers of a teacher that follows it slowly; where the source model is
/// unsure of a batch, the teacher's answer is its average over augmented views. After each step some parameters return to the
/// source's. The teacher answers. All three normalise by the batch. Here γ and β are trained, where the paper trains every weight:
/// what goes down to a device is a set of normalization parameters, and no method of this comparison changes more.
/// </summary>
public sealed class CottaAdaptation : ITestTimeAdaptation
{
    private readonly NormalizationModel _model;
    private readonly CottaOptions _options;
    private readonly TrainingSession _training;
    private readonly StatisticsSession _forward;
    private readonly SeededGenerator _generator;
    private readonly Adam _optimizer;
    private readonly long _setBytes;
    private IReadOnlyList<LayerParameters> _student;
    private IReadOnlyList<LayerParameters> _teacher;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public CottaAdaptation(NormalizationModel model, CottaOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        (_model, _options) = (model, options);
        (_student, _teacher) = (model.Source, model.Source);
        _training = new TrainingSession(model, TrainingLoss.Distillation, TrainingStatistics.Batch, settings);
        _forward = new StatisticsSession(model, settings);
        _generator = new SeededGenerator(options.Seed);
        _optimizer = new Adam(options.LearningRate);
        _setBytes = ParameterSetSize.Of(model);
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        ArgumentNullException.ThrowIfNull(images);
        var usable = new UsableImages(images);
        if (usable.Rows.Count == 0)
        {
            return new TestTimeResult(UsableImages.Broken(images.Count, _model.Signature.Classes), []);
        }

        FloatTensor answer = IsSure(Forward(usable.Images, _model.Source)) ? Forward(usable.Images, _teacher) : Average(usable.Images);
        bool applied = FiniteValues.AreAll(answer.Values) && Step(usable.Images, answer);
        return new TestTimeResult(usable.Spread(answer), usable.Rows, 0, applied ? _setBytes : 0);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        (_student, _teacher) = (_model.Source, _model.Source);
        _optimizer.Reset();
        _generator.State = _options.Seed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training.Dispose();
        _forward.Dispose();
    }

    private FloatTensor Forward(FloatTensor images, IReadOnlyList<LayerParameters> parameters) =>
        _forward.Run(images, parameters, null, StatisticsPolicy.Batch).Logits;

    private bool IsSure(FloatTensor logits)
    {
        float[] probabilities = new float[logits.SampleLength];
        double sum = 0;
        for (int row = 0; row < logits.Count; row++)
        {
            Logits.Softmax(logits.Sample(row), probabilities);
            sum += probabilities.Max();
        }

        return sum / logits.Count >= _options.ConfidenceThreshold;
    }

    private FloatTensor Average(FloatTensor images)
    {
        double[] sum = [];
        long[] shape = [];
        for (int view = 0; view < _options.Views; view++)
        {
            FloatTensor logits = Forward(ImageAugmentation.Apply(images, _generator), _teacher);
            sum = view == 0 ? [.. logits.Values.Select(v => (double)v)] : [.. sum.Zip(logits.Values, (a, b) => a + b)];
            shape = logits.Shape;
        }

        return new FloatTensor([.. sum.Select(v => (float)(v / _options.Views))], shape);
    }

    private bool Step(FloatTensor images, FloatTensor answer)
    {
        TrainingResult result = _training.Run(images, _student, new LossInputs { TeacherLogits = answer, Alpha = 0, Beta = 1, Gamma = 0 });
        if (!float.IsFinite(result.Loss) || !LayerGradients.AreFinite(result.Gradients))
        {
            return false;
        }

        IReadOnlyList<LayerParameters> moved = _optimizer.Update(_student, result.Gradients);
        _teacher = TeacherAverage.Follow(_teacher, moved, 1 - _options.TeacherMomentum);
        _student = [.. moved.Zip(_model.Source, (p, source) => p with { Scale = Restore(p.Scale, source.Scale), Bias = Restore(p.Bias, source.Bias) })];
        return true;
    }

    private float[] Restore(float[] values, float[] source) =>
        [.. values.Zip(source, (value, original) => _generator.NextUnit() < _options.RestoreProbability ? original : value)];
}
