using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// A tensor of a folded graph that depends on the layers' parameters: one number, its slot's, for each output channel of a weight, or for each element of any other tensor.
/// </summary>
/// <param name="Name">Its name in the folded graph.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Layer">Index of the layer that it depends on.</param>
/// <param name="Role">How it depends on that layer.</param>
/// <param name="FirstSlot">Its first slot, from 0.</param>
/// <param name="Slots">Its slots.</param>
internal sealed record FoldedTensor(string Name, IReadOnlyList<long> Shape, int Layer, FoldedRole Role, int FirstSlot, int Slots)
{
    /// <summary>Of a weight: the convolution's own <c>[O, I, kH, kW]</c>. Null for another role.</summary>
    public TensorProto? Weight { get; init; }

    /// <summary>Of a bias: the convolution's own <c>[O]</c>; empty for none.</summary>
    public float[] Source { get; init; } = [];

    /// <summary>Which of <see cref="NormalizationLayer.TensorNames"/> it is, where it is one.</summary>
    public int Parameter { get; init; }

    /// <summary>Number of elements.</summary>
    public int Length => (int)Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Whether a slot is one of its own.</summary>
    public bool Contains(int slot) => slot >= FirstSlot && slot < FirstSlot + Slots;

    /// <summary>Elements that share a slot.</summary>
    public int PerSlot => Length / Slots;

    /// <summary>The number of each slot under a layer's parameters: of a weight the factor of its channel, otherwise the element itself.</summary>
    /// <param name="parameters">Those of the layer.</param>
    /// <param name="epsilon">Added to the variance under the root.</param>
    /// <param name="slots">Receives them, <see cref="Slots"/> values.</param>
    public void Evaluate(LayerParameters parameters, float epsilon, Span<float> slots)
    {
        if (Role == FoldedRole.Parameter)
        {
            parameters[Parameter].CopyTo(slots);
            return;
        }

        for (int c = 0; c < Slots; c++)
        {
            double slope = parameters.Scale[c] / Math.Sqrt((double)parameters.Variance[c] + epsilon);
            slots[c] = (float)(Role == FoldedRole.Weight ? slope
                : parameters.Bias[c] + (((Source.Length > 0 ? Source[c] : 0) - (double)parameters.Mean[c]) * slope));
        }
    }
}
