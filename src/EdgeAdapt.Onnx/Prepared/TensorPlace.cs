using System.Numerics.Tensors;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>A tensor of an optimized model that depends on the layers' parameters, and how it is computed from them.</summary>
/// <param name="Name">Its name in the optimized model.</param>
/// <param name="Shape">Its dimensions, padding included.</param>
/// <param name="Runs">The slots of its elements in order.</param>
/// <param name="Source">Offset of what the slots are factors of in the bytes of the optimized model; null where the slots are the values.</param>
/// <param name="Target">Offset in a session's <see cref="WeightBlock"/>.</param>
internal sealed record TensorPlace(string Name, long[] Shape, IReadOnlyList<SlotRun> Runs, int? Source, int Target)
{
    private const int Tile = 512;

    /// <summary>Number of elements, padding included.</summary>
    public int Length { get; } = Runs.Sum(r => r.Length);

    /// <summary>Computes the tensor.</summary>
    /// <param name="slots">The number of each slot.</param>
    /// <param name="source">What they are factors of, <see cref="Length"/> values; empty where they are the values.</param>
    /// <param name="values">Receives the tensor.</param>
    public void Write(ReadOnlySpan<float> slots, ReadOnlySpan<float> source, Span<float> values)
    {
        Span<float> tile = stackalloc float[Tile];
        foreach (SlotRun run in Runs)
        {
            int filled = Math.Min(Tile / run.Pattern.Length * run.Pattern.Length, run.Length);
            for (int i = 0; i < filled; i++)
            {
                int slot = run.Pattern[i % run.Pattern.Length];
                tile[i] = slot < 0 ? 0 : slots[slot];
            }

            for (int at = 0; at < run.Length; at += filled)
            {
                int count = Math.Min(filled, run.Length - at);
                if (source.IsEmpty)
                {
                    tile[..count].CopyTo(values[at..]);
                }
                else
                {
                    TensorPrimitives.Multiply(source.Slice(at, count), tile[..count], values.Slice(at, count));
                }
            }

            source = source.IsEmpty ? source : source[run.Length..];
            values = values[run.Length..];
        }
    }
}
