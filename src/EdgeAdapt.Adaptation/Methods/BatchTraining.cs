using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>Entropy minimization under the batch's own statistics: the step that Tent and ETA share.</summary>
internal sealed class BatchTraining(NormalizationModel model, IParameterOptimizer optimizer, SessionSettings? settings) : IDisposable
{
    private readonly TrainingSession _session = new(model, TrainingLoss.Entropy, TrainingStatistics.Batch, settings);

    public IReadOnlyList<LayerParameters> Parameters { get; private set; } = model.Source;

    /// <summary>Size of what would be sent down after a step.</summary>
    public long SetBytes { get; } = ParameterSetSize.Of(model);

    /// <summary>One step, skipped where anything is not finite.</summary>
    /// <returns>The logits before the step, and whether it was taken.</returns>
    public (FloatTensor Logits, bool Applied) Step(FloatTensor images, LossInputs inputs)
    {
        TrainingResult result = _session.Run(images, Parameters, inputs);
        bool finite = float.IsFinite(result.Loss) && result.Gradients.All(g => FiniteValues.AreAll(g.Scale) && FiniteValues.AreAll(g.Bias));
        if (finite)
        {
            Parameters = optimizer.Update(Parameters, result.Gradients);
        }

        return (result.Logits, finite);
    }

    public void Reset()
    {
        Parameters = model.Source;
        optimizer.Reset();
    }

    public void Dispose() => _session.Dispose();
}
