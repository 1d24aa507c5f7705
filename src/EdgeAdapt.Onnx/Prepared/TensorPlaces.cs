using System.Runtime.InteropServices;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>Finds the tensors of a folded graph in the bytes that ONNX Runtime made of it.</summary>
internal static class TensorPlaces
{
    /// <summary>One place a tensor, or null and the reason.</summary>
    /// <param name="graph">The folded graph.</param>
    /// <param name="numbered">It, its elements numbered by slot, after ONNX Runtime's optimizations.</param>
    /// <param name="weighted">The same with the convolutions' own weights.</param>
    /// <param name="template">The latter in ONNX Runtime's format.</param>
    /// <param name="reason">Why there is none, or null.</param>
    public static IReadOnlyList<TensorPlace>? Find(FoldedGraph graph, ModelProto numbered, ModelProto weighted, ReadOnlySpan<byte> template, out string? reason)
    {
        var places = new List<TensorPlace>();
        Dictionary<string, TensorProto> values = weighted.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        int length = 0;
        var missing = graph.Tensors.ToHashSet();
        foreach (TensorProto candidate in numbered.Graph.Initializer)
        {
            if (candidate.DataType != (int)TensorProto.Types.DataType.Float || Slots(candidate) is not { } slots || Owner(graph, slots) is not { } tensor)
            {
                continue;
            }

            int? at = tensor.Role != FoldedRole.Weight ? null
                : values.TryGetValue(candidate.Name, out TensorProto? value) ? template.IndexOf(MemoryMarshal.AsBytes(value.ToFloats().AsSpan())) : -1;
            if (at < 0 || !missing.Remove(tensor))
            {
                reason = $"'{tensor.Name}' has no place of its own in what ONNX Runtime makes of it";
                return null;
            }

            places.Add(new TensorPlace(candidate.Name, [.. candidate.Dims], SlotRun.Of(slots), at, length));
            length += (slots.Length * sizeof(float)) + WeightBlock.CacheLine - 1 & -WeightBlock.CacheLine;
        }

        reason = missing.Count > 0 ? $"ONNX Runtime computes with '{missing.First().Name}'" : null;
        return reason is null ? places : null;
    }

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
