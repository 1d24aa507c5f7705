using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients.Weights;

/// <summary>Sorts a run's outputs (<see cref="GradientGraphNames.LayerOutputs"/>) into layers.</summary>
internal static class LayerResults
{
    public static (LayerGradient[] Gradients, LayerStatistics[] Statistics) Read(IReadOnlyList<NormalizationLayer> layers, ReadOnlySpan<FloatTensor> outputs)
    {
        var gradients = new LayerGradient[layers.Count];
        var statistics = new LayerStatistics[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            int count = GradientGraphNames.LayerOutputs(layers[i]).Count;
            gradients[i] = new LayerGradient(outputs[0].Values, outputs[1].Values);
            statistics[i] = count > 2 ? new LayerStatistics(outputs[2].Values, outputs[3].Values) : new LayerStatistics([], []);
            outputs = outputs[count..];
        }

        return (gradients, statistics);
    }
}
