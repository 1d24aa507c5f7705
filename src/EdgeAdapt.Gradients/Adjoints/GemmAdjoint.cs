using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>y = α·A'·B' + β·C, where ' transposes on request. dA' = α·dy·B'ᵀ, dB' = α·A'ᵀ·dy, dC = β·dy summed to C's shape.</summary>
internal sealed class GemmAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Gemm"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string dy = context.Gradient;
        float alpha = context.Node.Float("alpha", 1);
        bool transA = context.Node.Int("transA", 0) != 0;
        bool transB = context.Node.Int("transB", 0) != 0;
        if (context.Wants(0))
        {
            string b = context.Input(1);
            context.Give(0, transA
                ? writer.Add("Gemm", [b, dy], ("alpha", alpha), ("transA", transB), ("transB", true))
                : writer.Add("Gemm", [dy, b], ("alpha", alpha), ("transB", !transB)));
        }

        if (context.Wants(1))
        {
            string a = context.Input(0);
            context.Give(1, transB
                ? writer.Add("Gemm", [dy, a], ("alpha", alpha), ("transA", true), ("transB", transA))
                : writer.Add("Gemm", [a, dy], ("alpha", alpha), ("transA", !transA)));
        }

        if (context.Wants(2))
        {
            string sum = writer.SumTo(dy, context.OutputShape(0), context.InputShape(2));
            context.Give(2, writer.Times(sum, context.Node.Float("beta", 1)));
        }
    }
}
