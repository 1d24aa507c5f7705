using Onnx;

namespace EdgeAdapt.Onnx.Quantization;

/// <summary>What is to be known of a model's quantization before its layers are touched.</summary>
public static class QuantizedModel
{
    private static readonly HashSet<string> Dynamic = new(StringComparer.Ordinal) { "DynamicQuantizeLinear", "ConvInteger", "MatMulInteger", "DynamicQuantizeMatMul" };

    /// <summary>Refuses a quantized model whose weights no layer can be folded into.</summary>
    /// <exception cref="OnnxModelException">It was quantized dynamically, or into operators such as QLinearConv. The message names the remedy.</exception>
    public static void Check(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach (NodeProto node in model.Graph.Node)
        {
            if (Dynamic.Contains(node.OpType))
            {
                throw new OnnxModelException(
                    $"'{model.Name}' is quantized dynamically ({node.OpType} '{NameOf(node)}'), so its ranges change with every picture. " +
                    "Quantize it statically (onnxruntime.quantization.quantize_static with quant_format=QuantFormat.QDQ).");
            }

            if (node.OpType.StartsWith("QLinear", StringComparison.Ordinal) || node.OpType is "QGemm")
            {
                throw new OnnxModelException(
                    $"'{model.Name}' is quantized into integer operators ({node.OpType} '{NameOf(node)}'), which leave no place for a layer. " +
                    "Quantize it again with QuantizeLinear and DequantizeLinear nodes (onnxruntime.quantization.quantize_static with quant_format=QuantFormat.QDQ); " +
                    "ONNX Runtime makes the same operators of them when it loads the model.");
            }
        }
    }

    /// <summary>
    /// A copy in which tensors that are computed from integers are initializers, as the float twin has them: a quantizer may
    /// store the scale of a LayerNormalization in 8 bits.
    /// </summary>
    /// <param name="model">The model with integers in front of DequantizeLinear.</param>
    /// <param name="twin">The same with all constants folded.</param>
    /// <param name="names">Names of initializers of the twin.</param>
    internal static OnnxModel TakeTensors(OnnxModel model, OnnxModel twin, IEnumerable<string> names)
    {
        HashSet<string> present = [.. model.Graph.Initializer.Select(t => t.Name)];
        HashSet<string> missing = [.. names.Where(n => !present.Contains(n))];
        return missing.Count == 0 ? model : model.Edit(proto =>
        {
            foreach (NodeProto node in proto.Graph.Node.Where(n => missing.Contains(n.Output[0])).ToArray())
            {
                proto.Graph.Node.Remove(node);
            }

            proto.Graph.Initializer.AddRange(twin.Graph.Initializer.Where(t => missing.Contains(t.Name)));
            ConstantFolding.DropUnusedInitializers(proto.Graph);
        });
    }

    internal static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];
}
