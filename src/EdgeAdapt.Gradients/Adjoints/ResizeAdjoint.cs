using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// Resize is linear and works on each axis by itself, whatever its mode, so that y = R_h·x·R_wᵀ and dx = R_hᵀ·dy·R_w. Modes,
/// roundings and edges are many and changed between operator sets; so the matrices are read off the operator itself, from unit vectors.
/// </summary>
internal sealed class ResizeAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Resize"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        node.Text("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize" ? "it crops while it resizes; export the model with Slice and a plain Resize"
        : node.Has("axes") || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch" ? "it names axes or keeps the aspect ratio; export it with the sizes of all axes"
        : constants.IsFixedOrShape(node, 2) && constants.IsFixedOrShape(node, 3) ? null
        : "its size is computed from the input; export the model with a fixed image size";

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        ValueShape from = context.InputShape(0);
        ValueShape to = context.OutputShape(0);
        if (from.Rank != 4 || from[1] != to[1] || from.Dimensions[2..].Concat(to.Dimensions[2..]).Any(d => d < 0))
        {
            throw Refusal.Of(context.Node, "it resizes something other than height and width; export the model with Resize on images [N, C, H, W]");
        }

        string rows = writer.Initializer(Matrix(context, 2, transposed: true), "rows");
        string columns = writer.Initializer(Matrix(context, 3, transposed: false), "columns");
        context.Give(0, writer.Add("MatMul", [writer.Add("MatMul", [rows, context.Gradient]), columns]));
    }

    /// <summary>R <c>[out, in]</c> of an axis, or its transpose.</summary>
    private static TensorProto Matrix(AdjointContext context, int axis, bool transposed)
    {
        ValueShape from = context.InputShape(0);
        ValueShape to = context.OutputShape(0);
        int inputs = (int)from[axis];
        int outputs = (int)to[axis];
        long[] shape = [inputs, 1, from[2], from[3]];
        float[] units = new float[inputs * from[2] * from[3]];
        for (int i = 0; i < units.Length; i++)
        {
            long position = axis == 2 ? i / from[3] % from[2] : i % from[3];
            units[i] = position == i / (from[2] * from[3]) ? 1 : 0;
        }

        float[] answer = Run(context, shape, [inputs, 1, to[2], to[3]], units);
        float[] matrix = new float[inputs * outputs];
        for (int i = 0; i < inputs; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                // The other axis holds the same value everywhere: what is there is read at its start.
                float weight = answer[(i * to[2] * to[3]) + (axis == 2 ? o * to[3] : o)];
                matrix[transposed ? (i * outputs) + o : (o * inputs) + i] = weight;
            }
        }

        return TensorContents.Floats(string.Empty, matrix, transposed ? [inputs, outputs] : [outputs, inputs]);
    }

    private static float[] Run(AdjointContext context, long[] shape, long[] sizes, float[] values)
    {
        NodeProto node = context.Node.Clone();
        var graph = new GraphProto { Name = "resize", Node = { node } };
        var writer = new GraphWriter(graph);
        bool scaled = !GraphConstants.IsAbsent(node, 2) && context.Constants.Find(node.Input[2]) is { Dims: [> 0] };
        string scales = scaled ? writer.Initializer(context.Constants.Find(node.Input[2])!, "scales") : string.Empty;
        node.Input.Clear();
        node.Input.AddRange([writer.Input("x", shape), string.Empty, scales]);
        if (!scaled)
        {
            node.Input.Add(writer.Constant(sizes));
        }

        node.Output[0] = "y";
        graph.Output.Add(new ValueInfoProto { Name = "y" });
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = context.OpsetVersion } } };
        using var session = new ModelSession(model, new SessionSettings { Threads = 1, Optimize = false });
        return session.Run(new Dictionary<string, FloatTensor> { ["x"] = new(values, shape) }, ["y"])[0].Values;
    }
}
