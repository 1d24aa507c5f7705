using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>Where a tensor lies in the bytes of an optimized model, and which slot each of its elements takes.</summary>
/// <param name="Offset">Of its first byte.</param>
/// <param name="IsWeight">Whether slots are factors of what the template holds; otherwise they are the values.</param>
/// <param name="Runs">The slots of its elements in order.</param>
internal sealed record TensorPlace(int Offset, bool IsWeight, IReadOnlyList<SlotRun> Runs)
{
    private const int Tile = 512;

    /// <summary>Writes the tensor.</summary>
    /// <param name="slots">The number of each slot.</param>
    /// <param name="template">The optimized model with the convolutions' own weights.</param>
    /// <param name="target">A copy of it, to be written to.</param>
    public void Write(ReadOnlySpan<float> slots, ReadOnlySpan<byte> template, Span<byte> target)
    {
        int length = Runs.Sum(r => r.Length);
        ReadOnlySpan<float> source = MemoryMarshal.Cast<byte, float>(template.Slice(Offset, length * sizeof(float)));
        Span<float> values = MemoryMarshal.Cast<byte, float>(target.Slice(Offset, length * sizeof(float)));
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
                if (IsWeight)
                {
                    TensorPrimitives.Multiply(source.Slice(at, count), tile[..count], values.Slice(at, count));
                }
                else
                {
                    tile[..count].CopyTo(values.Slice(at, count));
                }
            }

            source = source[run.Length..];
            values = values[run.Length..];
        }
    }
}
