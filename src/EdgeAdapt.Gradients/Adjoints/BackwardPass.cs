using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// Reverse-mode differentiation of a graph: walks nodes from last to first, and lets each node's adjoint turn the gradient of
/// its outputs into gradients of its inputs. Gradients that meet at a value are added when the value is read.
/// </summary>
internal sealed class BackwardPass
{
    private readonly Dictionary<string, List<string>> _parts = new(StringComparer.Ordinal);
    private readonly Func<string, bool> _isActive;

    /// <param name="writer">Receives the backward nodes.</param>
    /// <param name="constants">Constants of the forward graph.</param>
    /// <param name="shapes">Shapes of the forward graph's values.</param>
    /// <param name="opsetVersion">Version of the operator set that the graph is written in.</param>
    /// <param name="isActive">Whether a value depends on something trained, so that its gradient is needed.</param>
    public BackwardPass(
        GraphWriter writer, GraphConstants constants, IReadOnlyDictionary<string, ValueShape> shapes, long opsetVersion, Func<string, bool> isActive)
    {
        Writer = writer;
        OpsetVersion = opsetVersion;
        Constants = constants;
        Shapes = shapes;
        _isActive = isActive;
    }

    public GraphWriter Writer { get; }

    public GraphConstants Constants { get; }

    public long OpsetVersion { get; }

    public IReadOnlyDictionary<string, ValueShape> Shapes { get; }

    public bool IsActive(string value) => _isActive(value);

    /// <summary>Adds a part to the gradient of a value.</summary>
    public void Accumulate(string value, string gradient)
    {
        if (!_parts.TryGetValue(value, out List<string>? parts))
        {
            _parts[value] = parts = [];
        }

        parts.Add(gradient);
    }

    /// <summary>The gradient of a value, or null where none reaches it. Every consumer of the value has been walked by then.</summary>
    public string? Gradient(string value)
    {
        if (!_parts.TryGetValue(value, out List<string>? parts))
        {
            return null;
        }

        if (parts.Count > 1)
        {
            string sum = parts[0];
            foreach (string part in parts.Skip(1))
            {
                sum = Writer.Plus(sum, part);
            }

            parts.Clear();
            parts.Add(sum);
        }

        return parts[0];
    }

    /// <summary>Passes the gradient through one node, where any reaches it and anyone before it needs it.</summary>
    public void Differentiate(NodeProto node)
    {
        if (node.Output.Any(o => o.Length > 0 && Gradient(o) is not null) && node.Input.Any(IsActive))
        {
            AdjointRegistry.Find(node)!.Emit(new AdjointContext(node, this));
        }
    }
}
