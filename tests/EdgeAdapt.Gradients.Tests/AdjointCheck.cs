using EdgeAdapt.Gradients.Adjoints;
using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Sessions;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>
/// Compares the gradient that adjoints emit with central finite differences of the forward graph.
/// </summary>
/// <remarks>
/// The forward graph runs in float32, so the step is large: with h = 1/64 rounding contributes about 6e-8·|y|/h, a few 1e-6,
/// and curvature h²/6·f''' about 4e-5 for functions of order one. Inputs are distinct odd multiples of 1/32: no two are closer than 1/16 and none is
/// nearer than 1/32 to a multiple of 1/16, so no step crosses a kink (zero, a clip bound, a tie in a maximum).
/// </remarks>
internal static class AdjointCheck
{
    private const float Step = 1f / 64;
    private const double Tolerance = 5e-4;

    /// <param name="build">Appends nodes that compute an output from the value of the given name.</param>
    /// <param name="shape">Shape of the input; the first dimension is the batch.</param>
    /// <param name="opset">Version of the operator set.</param>
    /// <param name="fixedBatch">Whether the graph works for this batch size only.</param>
    public static void Run(Func<GraphWriter, string, string> build, long[] shape, long opset = 17, bool fixedBatch = false)
    {
        var graph = new GraphProto { Name = "forward" };
        var writer = new GraphWriter(graph, "forward");
        writer.Input("x", [-1, .. shape[1..]]);
        string y = build(writer, "x");
        graph.Output.Add(new ValueInfoProto { Name = y });
        var proto = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = opset } } };
        OnnxModel model = OnnxModel.Parse(proto.ToByteArray(), "adjoint under test");
        var constants = new GraphConstants(model.Graph);
        Dictionary<string, ValueShape> shapes = ShapeProbe.Run(
            model, new ClassifierSignature("x", y, 0, 0, 0, 0, fixedBatch ? (int)shape[0] : 0), shape.AsSpan(1), constants);

        float[] x = Inputs((int)shape.Aggregate(1L, (a, b) => a * b));
        using var forward = new ModelSession(model.Proto, new SessionSettings { Threads = 1 });
        FloatTensor value = forward.Run(Feed(x, shape), [y])[0];
        float[] projection = Projection(value.Values.Length);
        double[] expected = Differences(x, v => Project(forward.Run(Feed(v, shape), [y])[0].Values, projection));

        using var backward = new ModelSession(Differentiate(model, y, shapes, constants), new SessionSettings { Threads = 1 });
        Dictionary<string, FloatTensor> inputs = Feed(x, shape);
        inputs["dy"] = new FloatTensor(projection, value.Shape);
        FloatTensor gradient = backward.Run(inputs, ["dx"])[0];
        Assert.Equal(shape, gradient.Shape);
        Assert.Contains(expected, e => Math.Abs(e) > 1e-3);
        Close.Within("dx", gradient.Values, expected, Tolerance);
    }

    /// <summary>Central differences of a scalar function, one for each element.</summary>
    private static double[] Differences(float[] x, Func<float[], double> function)
    {
        double[] slopes = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            float[] moved = [.. x];
            moved[i] = x[i] + Step;
            double above = function(moved);
            moved[i] = x[i] - Step;
            slopes[i] = (above - function(moved)) / (2 * Step);
        }

        return slopes;
    }

    private static ModelProto Differentiate(OnnxModel model, string y, Dictionary<string, ValueShape> shapes, GraphConstants constants)
    {
        ModelProto proto = model.Proto.Clone();
        var writer = new GraphWriter(proto.Graph, "backward");
        proto.Graph.Output.Clear();
        var active = new HashSet<string> { "x" };
        foreach (NodeProto node in model.Graph.Node.Where(n => n.Input.Any(active.Contains) && !AdjointRegistry.CutsGradient(n)))
        {
            active.UnionWith(node.Output);
        }

        var pass = new BackwardPass(writer, constants, shapes, model.OpsetVersion, active.Contains);
        pass.Accumulate(y, writer.Input("dy", [.. shapes[y].Dimensions]));
        foreach (NodeProto node in proto.Graph.Node.Where(n => n.Input.Any(active.Contains)).ToArray().Reverse())
        {
            if (AdjointRegistry.CutsGradient(node))
            {
                continue;
            }

            Assert.Null(AdjointRegistry.FindObstacle(node, constants));
            NodeProto original = node.Clone();
            AdjointRegistry.Find(node)!.PrepareForward(node);
            pass.Differentiate(original);
        }

        writer.Output(pass.Gradient("x")!, "dx");
        return proto;
    }

    private static Dictionary<string, FloatTensor> Feed(float[] x, long[] shape) => new() { ["x"] = new FloatTensor(x, shape) };

    private static double Project(float[] y, float[] projection) => y.Zip(projection, (a, b) => (double)a * b).Sum();

    private static float[] Inputs(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(3).Shuffle(order);
        return [.. order.Select(i => ((2 * i) - count + (count % 2 == 0 ? 1 : 0)) / 32f)];
    }

    private static float[] Projection(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
