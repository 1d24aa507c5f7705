using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// The diagonal of the Fisher information of γ and β at the source parameters, as EATA's code estimates it: the mean over
/// mini-batches of the squared gradient of each batch's mean cross entropy to the model's own answers, under batch statistics.
/// </summary>
internal sealed class FisherInformation(NormalizationModel model, SessionSettings? settings) : IDisposable
{
    private readonly TrainingSession _session = new(model, TrainingLoss.Distillation, TrainingStatistics.Batch, settings);
    private LayerGradient[]? _sum;
    private int _batches;

    /// <summary>Images taken in so far.</summary>
    public int Images { get; private set; }

    /// <summary>F, one entry a layer; null before the first batch.</summary>
    public IReadOnlyList<LayerGradient>? Diagonal => _sum is null ? null : LayerGradients.Times(_sum, 1f / _batches);

    /// <summary>Takes in a mini-batch; one whose gradient is not finite is left out.</summary>
    /// <param name="images">Usable images <c>[N, C, H, W]</c>.</param>
    /// <param name="logits">The answers of the source parameters to them under batch statistics, <c>[N, K]</c>.</param>
    public void Add(FloatTensor images, FloatTensor logits)
    {
        // The part of the distillation loss that is a cross entropy to the other side's most likely class, both sides being the model itself.
        IReadOnlyList<LayerGradient> gradients = _session.Run(images, model.Source, new LossInputs { TeacherLogits = logits, Alpha = 0, Beta = 0, Gamma = 1 }).Gradients;
        Images += images.Count;
        if (LayerGradients.AreFinite(gradients))
        {
            LayerGradient[] squares = LayerGradients.Combine(gradients, gradients, (a, b) => a * b);
            _sum = _sum is null ? squares : LayerGradients.Combine(_sum, squares, (a, b) => a + b);
            _batches++;
        }
    }

    public void Reset() => (_sum, _batches, Images) = (null, 0, 0);

    public void Dispose() => _session.Dispose();
}
