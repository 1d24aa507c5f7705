using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Element-wise Max and Min: the gradient goes to the extreme input, in equal shares where several are (as PyTorch's maximum).</summary>
internal sealed class ExtremeAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Max", "Min"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string y = context.Output(0);
        string[] extreme = [.. context.Node.Input.Select(x => writer.Add("Cast", [writer.Add("Equal", [x, y])], ("to", 1)))];
        string share = writer.Over(context.Gradient, extreme.Length == 1 ? extreme[0] : writer.Add("Sum", extreme));
        for (int i = 0; i < extreme.Length; i++)
        {
            if (context.Wants(i))
            {
                context.Give(i, writer.SumTo(writer.Times(share, extreme[i]), context.OutputShape(0), context.InputShape(i)));
            }
        }
    }
}
