using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Testing.Models;

/// <summary>What exporters do by default: BatchNormalization folded into the convolution before it, in float64.</summary>
public static class FoldedModel
{
    /// <summary>The model without its BatchNormalization layers.</summary>
    /// <param name="original">A model whose layers each stand behind a convolution.</param>
    public static OnnxModel Of(OnnxModel original)
    {
        NormalizationModel model = NormalizationModel.Of(original);
        byte[] bytes = model.Model.Edit(proto =>
        {
            GraphProto graph = proto.Graph;
            for (int i = 0; i < model.Layers.Count; i++)
            {
                NodeProto layer = graph.Node.First(n => n.Input.Count > 1 && n.Input[1] == model.Layers[i].ScaleName);
                Fold(graph, layer, graph.Node.First(n => n.Output[0] == layer.Input[0]), model.Source[i], model.Layers[i].Epsilon);
            }
        }).ToBytes();
        return OnnxModel.Parse(bytes, "folded");
    }

    private static void Fold(GraphProto graph, NodeProto layer, NodeProto convolution, LayerParameters parameters, float epsilon)
    {
        Dictionary<string, TensorProto> tensors = graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        TensorProto weights = tensors[convolution.Input[1]];
        float[] values = weights.ToFloats();
        int channels = parameters.Scale.Length;
        float[] bias = convolution.Input.Count > 2 ? tensors[convolution.Input[2]].ToFloats() : new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double slope = parameters.Scale[c] / Math.Sqrt((double)parameters.Variance[c] + epsilon);
            foreach (ref float weight in values.AsSpan(c * (values.Length / channels), values.Length / channels))
            {
                weight = (float)(weight * slope);
            }

            bias[c] = (float)(parameters.Bias[c] + (slope * ((double)bias[c] - parameters.Mean[c])));
        }

        string name = convolution.Input[1];
        graph.Initializer.Add(TensorContents.Floats(name + ".folded", values, [.. weights.Dims]));
        graph.Initializer.Add(TensorContents.Floats(name + ".folded_bias", bias, channels));
        string input = convolution.Input[0];
        convolution.Input.Clear();
        convolution.Input.AddRange([input, name + ".folded", name + ".folded_bias"]);
        convolution.Output[0] = layer.Output[0];
        graph.Node.Remove(layer);
    }
}
