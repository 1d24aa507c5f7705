using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Each part gets its slice of the gradient.</summary>
internal sealed class ConcatAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Concat"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        int axis = context.OutputShape(0).Axis(context.Node.Int("axis", 0));
        long start = 0;
        for (int i = 0; i < context.Node.Input.Count; i++)
        {
            long size = context.InputShape(i)[axis];
            if (size < 0)
            {
                throw Refusal.Of(context.Node, "it joins along the batch, through which training cannot pass; join along another axis");
            }

            if (context.Wants(i))
            {
                context.Give(i, writer.Add("Slice",
                    [context.Gradient, writer.Constant([start]), writer.Constant([start + size]), writer.Constant([(long)axis])]));
            }

            start += size;
        }
    }
}
