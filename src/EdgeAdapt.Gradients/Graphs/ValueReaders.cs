using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>Which nodes read each value of a graph.</summary>
internal sealed class ValueReaders
{
    private readonly Dictionary<string, List<int>> _readers = new(StringComparer.Ordinal);

    public ValueReaders(GraphProto graph)
    {
        for (int i = 0; i < graph.Node.Count; i++)
        {
            foreach (string input in graph.Node[i].Input)
            {
                Of(input).Add(i);
            }
        }

        foreach (ValueInfoProto output in graph.Output)
        {
            Of(output.Name).Add(-1);
        }
    }

    /// <summary>Index of the only node that reads a value; null where several do, none does, or the value is an output of the graph.</summary>
    public int? SoleReader(string value) => _readers.GetValueOrDefault(value) is [>= 0 and var reader] ? reader : null;

    private List<int> Of(string value)
    {
        if (!_readers.TryGetValue(value, out List<int>? readers))
        {
            _readers[value] = readers = [];
        }

        return readers;
    }
}
