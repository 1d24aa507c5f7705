using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Adaptation;

/// <summary>Turns normalization parameters from weights of a model into inputs of it.</summary>
internal static class ParameterInputs
{
    /// <summary>Declares every tensor of these layers as an input under its own name and removes the weight.</summary>
    public static void Open(GraphWriter writer, IEnumerable<NormalizationLayer> layers)
    {
        NormalizationLayer[] opened = [.. layers];
        Remove(writer.Graph, opened);
        foreach (NormalizationLayer layer in opened)
        {
            foreach (string name in layer.TensorNames)
            {
                writer.Input(name, [.. layer.TensorShape]);
            }
        }
    }

    /// <summary>Removes the weights of these layers.</summary>
    public static void Remove(GraphProto graph, IEnumerable<NormalizationLayer> layers)
    {
        HashSet<string> names = layers.SelectMany(l => l.TensorNames).ToHashSet(StringComparer.Ordinal);
        TensorProto[] kept = [.. graph.Initializer.Where(t => !names.Contains(t.Name))];
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept);
    }

    /// <summary>Adds the values of one opened layer.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than the layer.</exception>
    public static void Feed(Dictionary<string, FloatTensor> inputs, NormalizationLayer layer, LayerParameters parameters)
    {
        for (int i = 0; i < layer.TensorNames.Count; i++)
        {
            inputs.Add(layer.TensorNames[i], new FloatTensor(parameters[i], [.. layer.TensorShape]));
        }
    }
}
