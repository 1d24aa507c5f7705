using System.Runtime.InteropServices;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>Finds the tensors of a folded graph in the bytes that ONNX Runtime made of it.</summary>
internal static class TensorPlaces
{
    // Smaller weights stay with the graph: a page each would hardly be saved.
    private const int SmallestWeightBytes = 1 << 14;

    /// <summary>The tensors that depend on parameters, by their numbers: one a tensor of the folded graph, or null and the reason.</summary>
    /// <param name="graph">The folded graph.</param>
    /// <param name="numbered">It, its elements numbered by slot, after ONNX Runtime's optimizations.</param>
    /// <param name="reason">Why there is none, or null.</param>
    /// <returns>Places whose sources are not known yet, and whether they have one.</returns>
    public static IReadOnlyList<(TensorPlace Place, bool HasSource)>? Find(FoldedGraph graph, ModelProto numbered, out string? reason)
    {
        var places = new List<(TensorPlace, bool)>();
        int length = 0;
        var missing = graph.Tensors.ToHashSet();
        foreach (TensorProto candidate in numbered.Graph.Initializer)
        {
            if (candidate.DataType != (int)TensorProto.Types.DataType.Float || Slots(candidate) is not { } slots || Owner(graph, slots) is not { } tensor)
            {
                continue;
            }

            if (!missing.Remove(tensor))
            {
                reason = NoPlace(tensor.Name);
                return null;
            }

            var place = new TensorPlace(candidate.Name, [.. candidate.Dims], SlotRun.Of(slots), null, length);
            places.Add((place, tensor.Role == FoldedRole.Weight));
            length += place.BlockBytes;
        }

        reason = missing.Count > 0 ? $"ONNX Runtime computes with '{missing.First().Name}'" : null;
        return reason is null ? places : null;
    }

    /// <summary>The places with the sources of those that have one, or null and the reason.</summary>
    /// <param name="places">The places.</param>
    /// <param name="weighted">The folded graph with the convolutions' own weights, after ONNX Runtime's optimizations.</param>
    /// <param name="template">The same in ONNX Runtime's format.</param>
    /// <param name="reason">Why there is none, or null.</param>
    public static IReadOnlyList<TensorPlace>? Locate(
        IReadOnlyList<(TensorPlace Place, bool HasSource)> places, ModelProto weighted, ReadOnlySpan<byte> template, out string? reason)
    {
        Dictionary<string, TensorProto> values = weighted.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var located = new List<TensorPlace>(places.Count);
        foreach ((TensorPlace place, bool hasSource) in places)
        {
            if (!hasSource)
            {
                located.Add(place);
            }
            else if (values.TryGetValue(place.Name, out TensorProto? value) && WithSource(place, Bytes(value), template) is { } found)
            {
                located.Add(found);
            }
            else
            {
                reason = NoPlace(place.Name);
                return null;
            }
        }

        reason = null;
        return located;
    }

    /// <summary>The large weights of a model that has no parameters to fold.</summary>
    /// <param name="optimized">The model after ONNX Runtime's optimizations.</param>
    /// <param name="template">The same in ONNX Runtime's format.</param>
    public static IReadOnlyList<TensorPlace> OfWeights(ModelProto optimized, ReadOnlySpan<byte> template)
    {
        var places = new List<TensorPlace>();
        int length = 0;
        foreach (TensorProto tensor in optimized.Graph.Initializer.Where(t => t.DataType == (int)TensorProto.Types.DataType.Float && t.RawData.Length >= SmallestWeightBytes))
        {
            if (WithSource(new TensorPlace(tensor.Name, [.. tensor.Dims], [], null, length), Bytes(tensor), template) is { } place)
            {
                places.Add(place);
                length += place.BlockBytes;
            }
        }

        return places;
    }

    private static ReadOnlySpan<byte> Bytes(TensorProto tensor) => tensor.RawData.IsEmpty ? MemoryMarshal.AsBytes(tensor.ToFloats().AsSpan()) : tensor.RawData.Span;

    /// <summary>
    /// A place with its source; null where the file does not hold the values. Values that occur twice, in a tensor of their own or as a part of another (ones, say), may be
    /// read by somebody else as well.
    /// </summary>
    private static TensorPlace? WithSource(TensorPlace place, ReadOnlySpan<byte> values, ReadOnlySpan<byte> template)
    {
        int at = template.IndexOf(values);
        return at < 0 ? null : place with { Source = at, IsOnlyCopy = values.Length >= SmallestWeightBytes && template.LastIndexOf(values) == at };
    }

    private static string NoPlace(string tensor) => $"'{tensor}' has no place of its own in what ONNX Runtime makes of it";

    /// <summary>The slot of each element, -1 for the zeros of padding; null where a number is none.</summary>
    private static int[]? Slots(TensorProto tensor)
    {
        ReadOnlySpan<float> values = tensor.ToFloats();
        int[] slots = new int[values.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            float value = values[i];
            if (value != 0 && !(value > FoldedGraph.SlotBase && value <= FoldedGraph.LastSlot && value == (int)value))
            {
                return null;
            }

            slots[i] = value == 0 ? -1 : (int)value - FoldedGraph.SlotBase - 1;
        }

        return slots;
    }

    /// <summary>The one tensor that has all these slots and no other, each as often as they say; null where there is none.</summary>
    private static FoldedTensor? Owner(FoldedGraph graph, ReadOnlySpan<int> slots)
    {
        int first = slots.IndexOfAnyExcept(-1);
        int any = first < 0 ? -1 : slots[first];
        FoldedTensor? owner = any < 0 ? null : graph.Tensors.FirstOrDefault(t => t.Contains(any));
        if (owner is null || slots.Length - slots.Count(-1) != owner.Length)
        {
            return null;
        }

        foreach (int slot in slots)
        {
            if (slot >= 0 && !owner.Contains(slot))
            {
                return null;
            }
        }

        return owner;
    }
}
