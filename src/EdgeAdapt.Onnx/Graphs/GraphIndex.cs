using Onnx;

namespace EdgeAdapt.Onnx.Graphs;

/// <summary>Who computes and who reads each value of a graph, for finding patterns in it.</summary>
internal sealed class GraphIndex
{
    private static readonly IReadOnlySet<int> Nobody = new HashSet<int>();
    private readonly Dictionary<string, int> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<int>> _readers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _tensors;

    public GraphIndex(GraphProto graph)
    {
        Graph = graph;
        _tensors = graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        for (int i = 0; i < graph.Node.Count; i++)
        {
            foreach (string output in graph.Node[i].Output)
            {
                _producers[output] = i;
            }

            foreach (string input in graph.Node[i].Input)
            {
                Read(input, i);
            }
        }

        foreach (ValueInfoProto output in graph.Output)
        {
            Read(output.Name, -1);
        }
    }

    public GraphProto Graph { get; }

    public TensorProto? Tensor(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Index of the node that computes a value, where it is of that operator; otherwise null.</summary>
    public int? Producer(string value, string operation) =>
        _producers.TryGetValue(value, out int node) && Graph.Node[node].OpType == operation && Graph.Node[node].Domain is "" or "ai.onnx" ? node : null;

    /// <summary>Index of the only node that reads a value, where it is of that operator; otherwise null.</summary>
    public int? SoleReader(string value, string operation)
    {
        IReadOnlySet<int> readers = Readers(value);
        return readers.Count == 1 && readers.First() is >= 0 and var node && Graph.Node[node].OpType == operation ? node : null;
    }

    /// <summary>The nodes that read a value; -1 stands for the graph's outputs.</summary>
    public IReadOnlySet<int> Readers(string value) => _readers.TryGetValue(value, out HashSet<int>? readers) ? readers : Nobody;

    /// <summary>The one number of a constant scalar, or null.</summary>
    public float? Scalar(string name) =>
        Tensor(name) is { } tensor && tensor.DataType is (int)TensorProto.Types.DataType.Float or (int)TensorProto.Types.DataType.Double
        && tensor.ToFloats() is [var value] ? value : null;

    private void Read(string value, int node)
    {
        if (!_readers.TryGetValue(value, out HashSet<int>? readers))
        {
            _readers[value] = readers = [];
        }

        readers.Add(node);
    }
}
