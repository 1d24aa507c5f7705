using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Each output's gradient, divided as the mean was, goes to every input of its window.</summary>
internal sealed class AveragePoolAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["AveragePool"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        int channels = (int)context.InputShape(0)[1];
        long[] kernel = context.Node.Ints("kernel_shape")!;
        var geometry = WindowGeometry.Of(context.Node, kernel, context.InputShape(0), context.OutputShape(0));
        float[] shares = Shares(context.Node, geometry, context.OpsetVersion);
        bool uniform = shares.All(s => s == shares[0]);
        string gradient = uniform
            ? context.Gradient
            : writer.Times(context.Gradient, writer.Initializer(TensorContents.Floats(string.Empty, shares, [1, 1, .. geometry.Output]), "shares"));

        int taps = (int)kernel.Aggregate(1L, (a, b) => a * b);
        float[] weights = new float[channels * taps];
        Array.Fill(weights, uniform ? shares[0] : 1);
        TensorProto window = TensorContents.Floats(string.Empty, weights, [channels, 1, .. kernel]);
        context.Give(0, WindowGradient.Emit(writer, gradient, window, channels, geometry));
    }

    /// <summary>
    /// One divided by what each output's sum was divided by. Whether pads count, and which windows reach past the end in
    /// ceil mode, changed between operator sets; so the operator itself is asked, with an image of ones.
    /// </summary>
    private static float[] Shares(NodeProto node, WindowGeometry geometry, long opset)
    {
        long[] shape = [1, 1, .. geometry.Input];
        NodeProto pool = node.Clone();
        (pool.Input[0], pool.Output[0]) = ("x", "y");
        var graph = new GraphProto { Name = "shares", Node = { pool } };
        var writer = new GraphWriter(graph);
        writer.Input("x", shape);
        graph.Output.Add(new ValueInfoProto { Name = "y" });
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = opset } } };
        float[] ones = new float[geometry.Input.Aggregate(1L, (a, b) => a * b)];
        Array.Fill(ones, 1);
        using var session = new ModelSession(model, new SessionSettings { Threads = 1, Optimize = false });
        float[] means = session.Run(new Dictionary<string, FloatTensor> { ["x"] = new(ones, shape) }, ["y"])[0].Values;
        return [.. means.Zip(geometry.CoveredInputs(), (mean, covered) => covered == 0 ? 0 : mean / covered)];
    }
}
