using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Softmax: dx = y·(dy − Σ dy·y). LogSoftmax: dx = dy − exp(y)·Σ dy. Sums run over the operator's axis.</summary>
internal sealed class SoftmaxAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Softmax", "LogSoftmax"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string dy = context.Gradient;
        string y = context.Output(0);
        long[] axis = [context.OutputShape(0).Axis(context.Node.Int("axis", -1))];
        context.Give(0, context.Node.OpType == "Softmax"
            ? writer.Times(y, writer.Minus(dy, writer.Sum(writer.Times(dy, y), axis, true)))
            : writer.Minus(dy, writer.Times(writer.Add("Exp", [y]), writer.Sum(dy, axis, true))));
    }
}
