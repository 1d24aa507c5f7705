using System.Numerics.Tensors;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>A tensor of an optimized model that each session has memory of its own for, and how it is computed.</summary>
/// <param name="Name">Its name in the optimized model.</param>
/// <param name="Shape">Its dimensions, padding included.</param>
/// <param name="Runs">The slots of its elements in order; none where it does not depend on the layers' parameters.</param>
/// <param name="Source">Offset of its values in the optimized model's file, which the slots are factors of; null where the slots are the values.</param>
/// <param name="Target">Offset in a session's <see cref="WeightBlock"/>.</param>
internal sealed record TensorPlace(string Name, long[] Shape, IReadOnlyList<SlotRun> Runs, int? Source, int Target)
{
    private const int Tile = 512;

    /// <summary>Number of elements, padding included.</summary>
    public int Length { get; } = (int)Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Bytes that it takes in a session's block, up to the next cache line.</summary>
    public int BlockBytes => (Length * sizeof(float)) + WeightBlock.CacheLine - 1 & -WeightBlock.CacheLine;

    /// <summary>Whether <see cref="Source"/> is the only place of these values in the file, so that nothing but this tensor reads from it.</summary>
    public bool IsOnlyCopy { get; init; }

    /// <summary>Computes the tensor.</summary>
    /// <param name="slots">The number of each slot.</param>
    /// <param name="values">Holds what the slots are factors of, where <see cref="Source"/> is one; receives the tensor.</param>
    public void Write(ReadOnlySpan<float> slots, Span<float> values)
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
                Span<float> part = values.Slice(at, Math.Min(filled, run.Length - at));
                if (Source is null)
                {
                    tile[..part.Length].CopyTo(part);
                }
                else
                {
                    TensorPrimitives.Multiply(part, tile[..part.Length], part);
                }
            }

            values = values[run.Length..];
        }
    }
}
