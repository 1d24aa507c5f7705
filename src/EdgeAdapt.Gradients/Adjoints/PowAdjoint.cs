using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// y = xᵖ with constant p: dx = dy·p·xᵖ⁻¹, summed over what broadcasting repeated. Squares, the commonest power, take no second
/// one; a power of 0 has gradient 0, also at x = 0.
/// </summary>
internal sealed class PowAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Pow"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        constants.Contains(node.Input[1]) ? null : "its exponent is computed; export the model with a constant exponent";

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string x = context.Input(0);
        float[] exponents = context.Constants.Find(context.Input(1))!.ToFloats();
        string product = exponents switch
        {
            [2] => writer.Times(writer.Times(context.Gradient, x), 2),
            [var p] when p != 0 => writer.Times(writer.Times(context.Gradient, writer.Add("Pow", [x, writer.Constant(p - 1)])), p),
            _ => writer.Times(context.Gradient, Slopes(writer, x, exponents, context.InputShape(1))),
        };
        context.Give(0, writer.SumTo(product, context.OutputShape(0), context.InputShape(0)));
    }

    private static string Slopes(GraphWriter writer, string x, float[] exponents, ValueShape shape)
    {
        string Constant(Func<float, float> function) =>
            writer.Initializer(TensorContents.Floats(string.Empty, [.. exponents.Select(function)], shape.Dimensions), "exponents");

        // 0·x⁻¹ is NaN at 0, and 0·x⁰ is not.
        return writer.Times(writer.Add("Pow", [x, Constant(p => p == 0 ? 0 : p - 1)]), Constant(p => p));
    }
}
