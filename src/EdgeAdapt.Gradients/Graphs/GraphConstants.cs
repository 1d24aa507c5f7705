using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>
/// The constants of a graph by name: its initializers, and what nodes compute from shapes alone. Exporters write the bounds of a
/// slice as arithmetic on Shape even where the image size is fixed.
/// </summary>
internal sealed class GraphConstants
{
    private readonly Dictionary<string, TensorProto> _tensors;
    private readonly HashSet<string> _fromShapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _values = new(StringComparer.Ordinal);

    public GraphConstants(GraphProto graph)
    {
        _tensors = graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (NodeProto node in graph.Node)
        {
            if (node.OpType is "Shape" or "Size" || node.Input.All(i => i.Length == 0 || Contains(i) || _fromShapes.Contains(i)))
            {
                _fromShapes.UnionWith(node.Output);
            }
        }
    }

    /// <summary>Whether a name is that of an initializer.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Whether a value depends on nothing but shapes.</summary>
    public bool IsFromShapes(string name) => _fromShapes.Contains(name);

    public TensorProto? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Tells the integers of a value that depends on shapes, once they are known not to follow the batch.</summary>
    public void Learn(string name, long[] values) => _values[name] = values;

    /// <summary>Whether an input is left out.</summary>
    public static bool IsAbsent(NodeProto node, int input) => node.Input.Count <= input || node.Input[input].Length == 0;

    /// <summary>Whether an input is left out or constant.</summary>
    public bool IsFixed(NodeProto node, int input) => IsAbsent(node, input) || Contains(node.Input[input]);

    /// <summary>Whether an input is left out, constant, or computed from shapes.</summary>
    public bool IsFixedOrShape(NodeProto node, int input) => IsFixed(node, input) || IsFromShapes(node.Input[input]);

    /// <summary>The integers of a constant input, or null where it is left out.</summary>
    /// <exception cref="KeyNotFoundException">The input is neither constant nor known; ask <see cref="IsKnown"/> first.</exception>
    public long[]? Longs(NodeProto node, int input) => IsAbsent(node, input) ? null
        : _values.TryGetValue(node.Input[input], out long[]? values) ? values
        : _tensors[node.Input[input]].ToLongs();

    /// <summary>Whether an input's integers are known, or it is left out.</summary>
    public bool IsKnown(NodeProto node, int input) => IsFixed(node, input) || _values.ContainsKey(node.Input[input]);
}
