using Onnx;

namespace EdgeAdapt.Onnx.Graphs;

/// <summary>Reads and writes node attributes.</summary>
public static class NodeAttributes
{
    /// <summary>The integer attribute of that name, or <paramref name="otherwise"/> where the node has none.</summary>
    public static long Int(this NodeProto node, string name, long otherwise) => Find(node, name)?.I ?? otherwise;

    /// <summary>The float attribute of that name, or <paramref name="otherwise"/> where the node has none.</summary>
    public static float Float(this NodeProto node, string name, float otherwise) => Find(node, name)?.F ?? otherwise;

    /// <summary>The text attribute of that name, or <paramref name="otherwise"/> where the node has none.</summary>
    public static string Text(this NodeProto node, string name, string otherwise) => Find(node, name)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>The integer list of that name, or null where the node has none.</summary>
    public static long[]? Ints(this NodeProto node, string name) => Find(node, name) is { } attribute ? [.. attribute.Ints] : null;

    /// <summary>The tensor attribute of that name, or null where the node has none.</summary>
    public static TensorProto? Tensor(this NodeProto node, string name) => Find(node, name)?.T;

    /// <summary>Whether the node has an attribute of that name.</summary>
    public static bool Has(this NodeProto node, string name) => Find(node, name) is not null;

    private static AttributeProto? Find(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name);
}
