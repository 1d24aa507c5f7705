using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeAdapt.Corruptions;

/// <summary>Arithmetic on rows of values. Multiplies, then adds, so that results do not depend on the width of vectors.</summary>
internal static class Rows
{
    /// <summary>sum += factor · row.</summary>
    public static void Add(ReadOnlySpan<float> row, float factor, Span<float> sum)
    {
        row = row[..sum.Length];
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(row);
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(sum);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += from[i] * factor;
        }

        for (int i = to.Length * Vector<float>.Count; i < sum.Length; i++)
        {
            sum[i] += row[i] * factor;
        }
    }
}
