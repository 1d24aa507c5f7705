using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// One model while it is adapted: its current parameters, its optimizer and the sessions that train and run it. Sessions
/// are built when first needed (a teacher that is not trained needs no gradients) and outlive <see cref="Reset"/>.
/// </summary>
internal sealed class AdaptedModel(NormalizationModel model, TrainingLoss loss, CemaOptions options, float learningRate, SessionSettings? settings) : IDisposable
{
    private readonly GradientDescent _optimizer = new(learningRate, options.Momentum);
    private readonly Lazy<TrainingSession> _training = new(() => new TrainingSession(model, loss, TrainingStatistics.BatchRenormalization, settings));
    private readonly Lazy<ForwardSession> _forward = new(() => new ForwardSession(model, settings));
    private readonly Lazy<StatisticsSession> _statistics = new(() => new StatisticsSession(model, settings));
    private readonly Lazy<StatisticsFollower> _follower = new(() => new StatisticsFollower(model, options.EdgeStatistics, settings));
    private StatisticsMemory? _memory;
    private bool _statisticsStarted = options.Start != StatisticsStart.FirstBatch;

    public NormalizationModel Model { get; } = model;

    public IReadOnlyList<LayerParameters> Parameters { get; private set; } = model.Source;

    public ModelState State
    {
        get => new(Model.Model.Sha256, Parameters, _statisticsStarted, _memory, _optimizer.State);
        set => (Parameters, _statisticsStarted, _memory, _optimizer.State) = (value.Parameters, value.StatisticsStarted, value.Memory, value.Optimizer);
    }

    /// <summary>Takes running statistics from outside where the options let them come from there.</summary>
    public void AcceptStatistics(IReadOnlyList<LayerStatistics> statistics)
    {
        if (options.Start == StatisticsStart.Edge || !_statisticsStarted)
        {
            Parameters = [.. Parameters.Zip(statistics, (p, s) => p with { Mean = s.Mean, Variance = s.Variance })];
            _statisticsStarted = true;
        }
    }

    /// <summary>Lets a first batch start the running statistics, layer by layer: each is normalised by its own before the next sees it.</summary>
    public void StartStatistics(FloatTensor images)
    {
        if (!_statisticsStarted)
        {
            AcceptStatistics(_statistics.Value.Run(images, Model.Source, null, StatisticsPolicy.Batch with { Unbiased = true }).Mixed);
        }
    }

    /// <summary>Moves the model's own average of its batches and normalises by the mixture with the source from now on.</summary>
    public void MixStatistics(FloatTensor images)
    {
        LayerParameters[] parameters = [.. Parameters.Zip(Model.Source, (p, source) => p with { Mean = source.Mean, Variance = source.Variance })];
        StatisticsFollowing result = _follower.Value.Next(images, parameters, _memory);
        _memory = result.Memory;
        AcceptStatistics(result.Mixed);
    }

    /// <summary>Infers under the running statistics; [N, K].</summary>
    public FloatTensor Forward(FloatTensor images) => _forward.Value.Run(images, Parameters);

    /// <summary>Infers with the scale and bias of given parameters under this model's running statistics; [N, K].</summary>
    public FloatTensor Forward(FloatTensor images, IReadOnlyList<LayerParameters> trained) => _forward.Value.Run(images, WithOwnStatistics(trained));

    /// <summary>Goes on from the scale and bias of given parameters; the running statistics stay, the optimizer forgets its steps.</summary>
    public void Adopt(IReadOnlyList<LayerParameters> trained)
    {
        Parameters = WithOwnStatistics(trained);
        _optimizer.Reset();
    }

    /// <summary>Lets the next batch start the moving average.</summary>
    public void RestartStatistics() => _memory = null;

    /// <summary>One step; the parameters change only where everything that came out is finite.</summary>
    /// <param name="images">The batch.</param>
    /// <param name="inputs">What the loss needs.</param>
    /// <param name="maximumShift">Bound of the change of the answers to this batch, nats; null sets none.</param>
    public (TrainingResult Result, bool Applied) Train(FloatTensor images, LossInputs inputs, double? maximumShift = null)
    {
        TrainingResult result = _training.Value.Run(images, Parameters, inputs);
        if (!float.IsFinite(result.Loss)
            || !result.Gradients.All(g => FiniteValues.AreAll(g.Scale) && FiniteValues.AreAll(g.Bias))
            || !result.BatchStatistics.All(s => FiniteValues.AreAll(s.Mean) && FiniteValues.AreAll(s.Variance)))
        {
            return (result, false);
        }

        IReadOnlyList<LayerParameters> next = _optimizer.Update(Parameters, result.Gradients);
        Parameters = maximumShift is { } maximum
            ? TrustRegion.Limit(Parameters, next, result.Logits, parameters => _forward.Value.Run(images, parameters), maximum)
            : next;
        if (options.Start != StatisticsStart.Edge)
        {
            // After the output was formed: a step never normalises by statistics that hold its own batch already.
            Parameters = [.. Parameters.Zip(result.BatchStatistics, (p, batch) => p with
            {
                Mean = Towards(p.Mean, batch.Mean, options.StatisticsMomentum),
                Variance = Towards(p.Variance, batch.Variance, options.StatisticsMomentum),
            })];
        }

        return (result, true);
    }

    public void Reset()
    {
        Parameters = Model.Source;
        _memory = null;
        _statisticsStarted = options.Start != StatisticsStart.FirstBatch;
        _optimizer.Reset();
    }

    public void Dispose()
    {
        Dispose(_training);
        Dispose(_forward);
        Dispose(_statistics);
        Dispose(_follower);
    }

    private LayerParameters[] WithOwnStatistics(IReadOnlyList<LayerParameters> trained) =>
        [.. trained.Zip(Parameters, (t, own) => t with { Mean = own.Mean, Variance = own.Variance })];

    private static float[] Towards(float[] from, float[] to, float share)
    {
        float[] moved = new float[from.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = from[i] + (share * (to[i] - from[i]));
        }

        return moved;
    }

    private static void Dispose<T>(Lazy<T> session) where T : IDisposable
    {
        if (session.IsValueCreated)
        {
            session.Value.Dispose();
        }
    }
}
