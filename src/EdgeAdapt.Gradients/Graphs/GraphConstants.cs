using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>The constants of a graph by name.</summary>
internal sealed class GraphConstants
{
    private readonly Dictionary<string, TensorProto> _tensors;

    public GraphConstants(GraphProto graph) => _tensors = graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public TensorProto? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Whether an input is left out.</summary>
    public static bool IsAbsent(NodeProto node, int input) => node.Input.Count <= input || node.Input[input].Length == 0;

    /// <summary>Whether an input is left out or constant.</summary>
    public bool IsFixed(NodeProto node, int input) => IsAbsent(node, input) || Contains(node.Input[input]);

    /// <summary>The integers of a constant input, or null where it is left out. Call it only where <see cref="IsFixed"/> holds.</summary>
    public long[]? Longs(NodeProto node, int input) => IsAbsent(node, input) ? null : _tensors[node.Input[input]].ToLongs();

    /// <summary>A constant scalar, or null where the input is left out.</summary>
    public float? Scalar(NodeProto node, int input) => IsAbsent(node, input) ? null : _tensors[node.Input[input]].ToFloats()[0];
}
