using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Gradients.Weights;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// Convolution. The input's gradient is a convolution with the weights turned round, prepared once where they are constant;
/// the weights' gradient is <see cref="ConvWeightGradient"/>; the bias gets the sum over images and positions.
/// </summary>
internal sealed class ConvAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Conv"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string dy = context.Gradient;
        string weights = context.Input(1);
        ValueShape shape = context.InputShape(1);
        int groups = (int)context.Node.Int("group", 1);
        var geometry = WindowGeometry.Of(context.Node, shape.Dimensions[2..], context.InputShape(0), context.OutputShape(0));
        if (context.Wants(0))
        {
            context.Give(0, !context.Wants(1) && context.Constants.Find(weights) is { } constant
                ? WindowGradient.Emit(writer, dy, constant, groups, geometry)
                : WindowGradient.Emit(writer, dy, weights, () => TrainedKernel.Flip(writer, weights, shape, groups), groups, geometry));
        }

        if (context.Wants(1))
        {
            context.Give(1, ConvWeightGradient.Emit(writer, context.Input(0), context.InputShape(0), dy, shape, groups, geometry));
        }

        if (context.Wants(2))
        {
            context.Give(2, writer.Sum(dy, [0, .. Enumerable.Range(2, geometry.Axes).Select(i => (long)i)], false));
        }
    }
}
