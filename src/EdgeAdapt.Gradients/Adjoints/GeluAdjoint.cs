using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// Gelu, y = x·Φ(x): dx = dy·(Φ(x) + x·φ(x)). The approximation x·(1 + tanh u)/2, u = √(2/π)·(x + 0.044715·x³), is differentiated
/// as it stands: dx = dy·((1 + t)/2 + x·(1 − t²)/2·√(2/π)·(1 + 0.134145·x²)). Definitions of ONNX's Gelu.
/// </summary>
internal sealed class GeluAdjoint : IAdjoint
{
    private const float RootHalf = 0.70710678f;
    private const float DensityAtZero = 0.39894228f;
    private const float RootTwoOverPi = 0.79788456f;
    private const float Cubic = 0.044715f;

    public IReadOnlyList<string> Operators { get; } = ["Gelu"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string x = context.Input(0);
        string square = writer.Times(x, x);
        context.Give(0, writer.Times(context.Gradient, context.Node.Text("approximate", "none") == "tanh" ? Tanh(writer, x, square) : Exact(writer, x, square)));
    }

    private static string Exact(GraphWriter writer, string x, string square)
    {
        string half = writer.Constant(0.5f);
        string distribution = writer.Plus(half, writer.Times(writer.Add("Erf", [writer.Times(x, RootHalf)]), half));
        string density = writer.Times(writer.Add("Exp", [writer.Times(square, -0.5f)]), DensityAtZero);
        return writer.Plus(distribution, writer.Times(x, density));
    }

    private static string Tanh(GraphWriter writer, string x, string square)
    {
        string one = writer.Constant(1f);
        string inner = writer.Times(writer.Times(x, writer.Plus(one, writer.Times(square, Cubic))), RootTwoOverPi);
        string t = writer.Add("Tanh", [inner]);
        string slope = writer.Times(writer.Plus(one, writer.Times(square, 3 * Cubic)), 0.5f * RootTwoOverPi);
        string rising = writer.Times(writer.Times(x, writer.Minus(one, writer.Times(t, t))), slope);
        return writer.Plus(writer.Times(writer.Plus(one, t), 0.5f), rising);
    }
}
