using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>HardSigmoid, h(x) = max(0, min(1, αx + β)), and HardSwish, x·h(x) with α = 1/6, β = 1/2.</summary>
internal sealed class HardActivationAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["HardSigmoid", "HardSwish"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string x = context.Input(0);
        bool swish = context.Node.OpType == "HardSwish";
        float slope = swish ? 1f / 6 : context.Node.Float("alpha", 0.2f);
        string gate = swish ? writer.Add("HardSigmoid", [x], ("alpha", slope), ("beta", 0.5f)) : context.Output(0);
        string inside = writer.Times(writer.Above(gate, writer.Constant(0f)), writer.Above(writer.Constant(1f), gate));
        string derivative = writer.Times(inside, slope);
        derivative = swish ? writer.Plus(gate, writer.Times(x, derivative)) : derivative;
        context.Give(0, writer.Times(context.Gradient, derivative));
    }
}
