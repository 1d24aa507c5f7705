using EdgeAdapt.Gradients.Weights;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Training;

/// <summary>Every parameter of a network. Arrays are never written to after construction.</summary>
/// <param name="Layers">γ, β, running mean and variance, one entry a normalization layer.</param>
/// <param name="Weights">The values of <see cref="TrainableWeights.Find"/>, in its order.</param>
public sealed record NetworkParameters(IReadOnlyList<LayerParameters> Layers, IReadOnlyList<FloatTensor> Weights)
{
    /// <summary>The parameters that a model file holds.</summary>
    public static NetworkParameters Of(NormalizationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Dictionary<string, TensorProto> tensors = model.Model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        return new NetworkParameters(
            model.Source,
            [.. TrainableWeights.Find(model).Select(w => new FloatTensor(tensors[w.Name].ToFloats(), [.. w.Shape]))]);
    }

    /// <summary>A network with random weights: He normal for weights (standard deviation √(2/fan-in)), 0 for biases and β, running statistics 0 and 1.</summary>
    /// <param name="model">The network.</param>
    /// <param name="uniformScale">Whether γ is uniform in [0, 1], as Frankle et al. (2021) start it, rather than 1.</param>
    /// <param name="seed">Seed of the numbers.</param>
    public static NetworkParameters Random(NormalizationModel model, bool uniformScale, int seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        var random = new Random(seed);
        FloatTensor[] weights =
        [
            .. TrainableWeights.Find(model).Select(w => new FloatTensor(
                w.IsBias ? new float[w.Length] : Normal(random, w.Length, Math.Sqrt(2.0 / w.FanIn)), [.. w.Shape])),
        ];
        LayerParameters[] layers =
        [
            .. model.Source.Select(s => new LayerParameters(
                [.. s.Scale.Select(_ => uniformScale ? random.NextSingle() : 1f)], new float[s.Bias.Length],
                new float[s.Mean.Length], [.. s.Variance.Select(_ => 1f)])),
        ];
        return new NetworkParameters(layers, weights);
    }

    /// <summary>The model with these parameters in its initializers.</summary>
    public OnnxModel ApplyTo(NormalizationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<TrainableWeight> trainable = TrainableWeights.Find(model);
        Dictionary<string, FloatTensor> values = trainable.Zip(Weights).ToDictionary(p => p.First.Name, p => p.Second, StringComparer.Ordinal);
        return model.With(Layers).Edit(proto =>
        {
            for (int i = 0; i < proto.Graph.Initializer.Count; i++)
            {
                TensorProto tensor = proto.Graph.Initializer[i];
                if (values.TryGetValue(tensor.Name, out FloatTensor? value))
                {
                    proto.Graph.Initializer[i] = TensorContents.Floats(tensor.Name, value.Values, value.Shape);
                }
            }
        });
    }

    private static float[] Normal(Random random, int count, double deviation)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(deviation * random.NextNormal());
        }

        return values;
    }
}
