using Onnx;

namespace EdgeAdapt.Adaptation;

/// <summary>Lets a graph take batches of any size.</summary>
internal static class OpenBatchExtension
{
    /// <summary>
    /// Opens the first dimension of every input and output: an exporter that saw one image wrote its batch of 1 into them, and
    /// ONNX Runtime would refuse the batch of 32.
    /// </summary>
    public static void OpenBatch(this GraphProto graph)
    {
        foreach (ValueInfoProto value in graph.Input.Concat(graph.Output))
        {
            if (value.Type?.TensorType?.Shape is { Dim.Count: > 0 } shape)
            {
                shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "batch" };
            }
        }

        graph.ValueInfo.Clear();
    }
}
