using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>Entropy minimization under the batch's own statistics: the step that Tent, ETA and those after them share.</summary>
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
        (FloatTensor logits, IReadOnlyList<LayerGradient>? gradients) = Gradients(images, inputs, Parameters);
        Apply(gradients);
        return (logits, gradients is not null);
    }

    /// <summary>Logits and gradients under given parameters; no gradients where anything is not finite.</summary>
    public (FloatTensor Logits, IReadOnlyList<LayerGradient>? Gradients) Gradients(FloatTensor images, LossInputs inputs, IReadOnlyList<LayerParameters> parameters)
    {
        TrainingResult result = _session.Run(images, parameters, inputs);
        return (result.Logits, float.IsFinite(result.Loss) && LayerGradients.AreFinite(result.Gradients) ? result.Gradients : null);
    }

    /// <summary>Takes a step with gradients from elsewhere; none where they are null.</summary>
    public void Apply(IReadOnlyList<LayerGradient>? gradients)
    {
        if (gradients is not null)
        {
            Parameters = optimizer.Update(Parameters, gradients);
        }
    }

    public void Reset()
    {
        Parameters = model.Source;
        optimizer.Reset();
    }

    public void Dispose() => _session.Dispose();
}
