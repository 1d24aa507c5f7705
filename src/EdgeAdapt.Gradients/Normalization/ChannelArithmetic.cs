using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Normalization;

/// <summary>Sums and linear maps a channel, for values of one shape <c>[N, C, …]</c>. Vectors are <c>[C]</c>.</summary>
internal sealed class ChannelArithmetic(GraphWriter writer, ValueShape shape)
{
    /// <summary>
    /// Images of fewer pixels than this are mapped by a product and a sum: starting a depthwise convolution takes longer
    /// there than it saves.
    /// </summary>
    private const long FewestConvolvedPixels = 256;

    private readonly long _channels = shape[1];
    private readonly long _pixels = shape.Product(Enumerable.Range(2, shape.Rank - 2))!.Value;

    /// <summary>Σ a over images and pixels. Rows first: a row is contiguous, and its sum short enough to stay exact.</summary>
    public string Sum(string a)
    {
        string rows = shape.Rank == 2 ? a : writer.Sum(writer.Reshape(a, -1, _channels, _pixels), [2], false);
        return writer.Sum(rows, [0], false);
    }

    /// <summary>Σ a·b over images and pixels.</summary>
    public string Dot(string a, string b) => Sum(writer.Times(a, b));

    /// <summary>scale·a + offset. On large images a depthwise convolution: one pass, to which ONNX Runtime joins a following sum and rectifier.</summary>
    public string Map(string a, string scale, string? offset)
    {
        if (_pixels >= FewestConvolvedPixels)
        {
            string weights = writer.Reshape(scale, [_channels, 1, .. Enumerable.Repeat(1L, shape.Rank - 2)]);
            return writer.Add("Conv", offset is null ? [a, weights] : [a, weights, offset],
                ("group", _channels), ("kernel_shape", Enumerable.Repeat(1L, shape.Rank - 2).ToArray()));
        }

        string product = writer.Times(a, Broadcast(scale));
        return offset is null ? product : writer.Plus(product, Broadcast(offset));
    }

    /// <summary>a − vector.</summary>
    public string Minus(string a, string vector) => writer.Minus(a, Broadcast(vector));

    private string Broadcast(string vector) =>
        shape.Rank == 2 ? vector : writer.Reshape(vector, [_channels, .. Enumerable.Repeat(1L, shape.Rank - 2)]);
}
