using Google.Protobuf;
using Onnx;
using AttributeType = Onnx.AttributeProto.Types.AttributeType;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Onnx.Graphs;

/// <summary>
/// Writes ONNX nodes into a graph: one call a node, the output's name back, so that graph code reads like arithmetic.
/// Names that it makes start with a prefix of its own and cannot meet those of an exported model.
/// </summary>
public sealed class GraphWriter
{
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly string _prefix;
    private int _next;

    /// <summary>Creates a writer that appends to <paramref name="graph"/>.</summary>
    /// <param name="graph">The graph that receives nodes, inputs, outputs and initializers.</param>
    /// <param name="prefix">Start of every made-up name.</param>
    public GraphWriter(GraphProto graph, string prefix = "ea")
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
        _prefix = prefix;
    }

    /// <summary>The graph under construction.</summary>
    public GraphProto Graph { get; }

    /// <summary>A name that no other call returned.</summary>
    public string NewName(string hint) => $"{_prefix}:{hint}:{_next++}";

    /// <summary>Appends a node with one output and returns that output's name.</summary>
    /// <param name="operation">The operator's name, default domain.</param>
    /// <param name="inputs">Input names; an empty name leaves an optional input out.</param>
    /// <param name="attributes">Attribute values: long, int, float, string, long[] or bool.</param>
    public string Add(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        AddMany(operation, inputs, 1, attributes)[0];

    /// <summary>Appends a node with several outputs and returns their names.</summary>
    public string[] AddMany(string operation, ReadOnlySpan<string> inputs, int outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = NewName(operation) };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        var names = new string[outputs];
        for (int i = 0; i < outputs; i++)
        {
            names[i] = outputs == 1 ? node.Name + ":out" : $"{node.Name}:out{i}";
            node.Output.Add(names[i]);
        }

        foreach ((string name, object value) in attributes)
        {
            node.Attribute.Add(Attribute(name, value));
        }

        Graph.Node.Add(node);
        return names;
    }

    /// <summary>A scalar float32 constant; equal values share one initializer.</summary>
    public string Constant(float value) =>
        Shared($"f{BitConverter.SingleToInt32Bits(value)}", name => TensorContents.Floats(name, [value]));

    /// <summary>A one-dimensional int64 constant; equal lists share one initializer.</summary>
    public string Constant(params long[] values) =>
        Shared("l" + string.Join(',', values), name => TensorContents.Longs(name, values, values.Length));

    /// <summary>Adds a tensor as an initializer under a new name and returns that name.</summary>
    public string Initializer(TensorProto tensor, string hint)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TensorProto copy = tensor.Clone();
        copy.Name = NewName(hint);
        Graph.Initializer.Add(copy);
        return copy.Name;
    }

    /// <summary>Declares a graph input of float32 (or another type) and returns its name. A dimension below 0 is left open.</summary>
    public string Input(string name, ReadOnlySpan<long> shape, DataType type = DataType.Float)
    {
        Graph.Input.Add(Describe(name, shape, type));
        return name;
    }

    /// <summary>Makes a value a graph output under the name <paramref name="name"/>.</summary>
    public void Output(string value, string name, DataType type = DataType.Float)
    {
        Graph.Node.Add(new NodeProto { OpType = "Identity", Name = NewName("Output"), Input = { value }, Output = { name } });
        Graph.Output.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type } } });
    }

    private static ValueInfoProto Describe(string name, ReadOnlySpan<long> shape, DataType type)
    {
        var dimensions = new TensorShapeProto();
        foreach (long size in shape)
        {
            dimensions.Dim.Add(size < 0 ? new TensorShapeProto.Types.Dimension() : new TensorShapeProto.Types.Dimension { DimValue = size });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } },
        };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long or int or bool:
                (attribute.Type, attribute.I) = (AttributeType.Int, Convert.ToInt64(value, null));
                break;
            case float number:
                (attribute.Type, attribute.F) = (AttributeType.Float, number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] list:
                attribute.Type = AttributeType.Ints;
                attribute.Ints.AddRange(list);
                break;
            case TensorProto tensor:
                (attribute.Type, attribute.T) = (AttributeType.Tensor, tensor);
                break;
            default:
                throw new ArgumentException($"Attribute '{name}' has the unsupported type {value.GetType().Name}.", nameof(value));
        }

        return attribute;
    }

    private string Shared(string key, Func<string, TensorProto> create)
    {
        if (!_constants.TryGetValue(key, out string? name))
        {
            name = NewName("constant");
            Graph.Initializer.Add(create(name));
            _constants[key] = name;
        }

        return name;
    }
}
