using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>
/// Recognizes a normalization that an exporter wrote as arithmetic: PyTorch's LayerNorm below opset 17, (x − μ)/√(var + ε) over
/// any axes, with the square as Pow or Mul and the root as a quotient, a reciprocal or a power; and PyTorch's GroupNorm,
/// an InstanceNormalization between two reshapes.
/// </summary>
internal sealed class DecomposedNormalization(GraphIndex index)
{
    /// <summary>The normalization that computes a value, or null where none does.</summary>
    public NormalizedValue? Find(string value) => FindQuotient(value) ?? FindGrouped(value);

    /// <summary>1/√(var x + ε) as an exporter wrote it, or null.</summary>
    /// <param name="value">The value to explain.</param>
    /// <param name="nodes">Receives the nodes that compute it from x.</param>
    public (string Input, long[] Axes, float Epsilon)? FindReciprocalDeviation(string value, HashSet<int> nodes)
    {
        if (index.Producer(value, "Reciprocal") is { } reciprocal)
        {
            nodes.Add(reciprocal);
            return FindDeviation(Node(reciprocal).Input[0], nodes);
        }

        if (index.Producer(value, "Div") is { } quotient && index.Scalar(Node(quotient).Input[0]) == 1)
        {
            nodes.Add(quotient);
            return FindDeviation(Node(quotient).Input[1], nodes);
        }

        if (index.Producer(value, "Pow") is { } power && index.Scalar(Node(power).Input[1]) == -0.5f)
        {
            nodes.Add(power);
            return FindShiftedVariance(Node(power).Input[0], nodes);
        }

        return null;
    }

    /// <summary>x and the axes where a value is the mean of x with its axes kept, or null.</summary>
    public (string Input, long[] Axes)? FindMean(string value, HashSet<int> nodes)
    {
        if (index.Producer(value, "ReduceMean") is not { } mean || Node(mean).Int("keepdims", 1) == 0)
        {
            return null;
        }

        long[]? axes = Node(mean).Ints("axes") ?? (Node(mean).Input.Count > 1 ? index.Tensor(Node(mean).Input[1])?.ToLongs() : null);
        nodes.Add(mean);
        return axes is { Length: > 0 } ? (Node(mean).Input[0], axes) : null;
    }

    private NormalizedValue? FindQuotient(string value)
    {
        var nodes = new HashSet<int>();
        if (index.Producer(value, "Div") is { } quotient)
        {
            nodes.Add(quotient);
            return Join(FindCentred(Node(quotient).Input[0], nodes), FindDeviation(Node(quotient).Input[1], nodes), nodes);
        }

        if (index.Producer(value, "Mul") is not { } product)
        {
            return null;
        }

        foreach (int side in (int[])[0, 1])
        {
            nodes = [product];
            if (Join(FindCentred(Node(product).Input[side], nodes), FindReciprocalDeviation(Node(product).Input[1 - side], nodes), nodes) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static NormalizedValue? Join((string Input, long[] Axes)? centred, (string Input, long[] Axes, float Epsilon)? deviation, HashSet<int> nodes) =>
        centred is { } c && deviation is { } d && c.Input == d.Input && c.Axes.AsSpan().SequenceEqual(d.Axes)
            ? new NormalizedValue(c.Input, 0, c.Axes, d.Epsilon, nodes) : null;

    /// <summary>PyTorch's GroupNorm: <c>[N, C, …]</c> to <c>[N, G, −1]</c>, normalized by an operator whose scale is 1 and bias 0, and back.</summary>
    private NormalizedValue? FindGrouped(string value)
    {
        if (index.Producer(value, "Reshape") is { } back && index.Producer(Node(back).Input[0], "InstanceNormalization") is { } normalize
            && index.Producer(Node(normalize).Input[0], "Reshape") is { } there
            && index.Tensor(Node(there).Input[1])?.ToLongs() is [_, > 0 and var groups, -1]
            && IsAll(Node(normalize).Input[1], 1) && IsAll(Node(normalize).Input[2], 0))
        {
            return new NormalizedValue(Node(there).Input[0], groups, [], Node(normalize).Float("epsilon", 1e-5f), new HashSet<int> { back, normalize, there });
        }

        return null;
    }

    private bool IsAll(string name, float value) => index.Tensor(name)?.ToFloats().All(v => v == value) == true;

    /// <summary>x − mean x.</summary>
    private (string Input, long[] Axes)? FindCentred(string value, HashSet<int> nodes)
    {
        if (index.Producer(value, "Sub") is { } difference && FindMean(Node(difference).Input[1], nodes) is { } mean && mean.Input == Node(difference).Input[0])
        {
            nodes.Add(difference);
            return mean;
        }

        return null;
    }

    /// <summary>√(var x + ε).</summary>
    private (string Input, long[] Axes, float Epsilon)? FindDeviation(string value, HashSet<int> nodes)
    {
        int? root = index.Producer(value, "Sqrt") ?? (index.Producer(value, "Pow") is { } power && index.Scalar(Node(power).Input[1]) == 0.5f ? power : null);
        if (root is not { } node)
        {
            return null;
        }

        nodes.Add(node);
        return FindShiftedVariance(Node(node).Input[0], nodes);
    }

    /// <summary>var x + ε.</summary>
    private (string Input, long[] Axes, float Epsilon)? FindShiftedVariance(string value, HashSet<int> nodes)
    {
        if (index.Producer(value, "Add") is { } sum)
        {
            foreach (int side in (int[])[0, 1])
            {
                if (index.Scalar(Node(sum).Input[1 - side]) is { } epsilon && FindVariance(Node(sum).Input[side], nodes) is { } variance)
                {
                    nodes.Add(sum);
                    return (variance.Input, variance.Axes, epsilon);
                }
            }
        }

        return null;
    }

    private (string Input, long[] Axes)? FindVariance(string value, HashSet<int> nodes)
    {
        if (FindMean(value, nodes) is not { } mean)
        {
            return null;
        }

        string? deviation = index.Producer(mean.Input, "Pow") is { } power && index.Scalar(Node(power).Input[1]) == 2 ? Taken(power, nodes)
            : index.Producer(mean.Input, "Mul") is { } product && Node(product).Input[0] == Node(product).Input[1] ? Taken(product, nodes)
            : null;
        return deviation is not null && FindCentred(deviation, nodes) is { } centred && centred.Axes.AsSpan().SequenceEqual(mean.Axes) ? centred : null;
    }

    private string Taken(int node, HashSet<int> nodes)
    {
        nodes.Add(node);
        return Node(node).Input[0];
    }

    private NodeProto Node(int position) => index.Graph.Node[position];
}
