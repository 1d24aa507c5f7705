using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeAdapt.Imaging;

/// <summary>The discrete cosine transform of 8 x 8 blocks (ITU-T T.81, A.3.3), orthonormal.</summary>
internal static class BlockTransform
{
    public const int Side = 8;
    private static readonly float[] Basis = MakeBasis();
    private static readonly float[] Transposed = Transpose(Basis);

    /// <summary>Samples to coefficients, in place; <paramref name="buffer"/> has 64 values.</summary>
    public static void Forward(Span<float> block, Span<float> buffer)
    {
        Multiply(Basis, block, buffer);
        Multiply(buffer, Transposed, block);
    }

    /// <summary>Coefficients to samples, in place; <paramref name="buffer"/> has 64 values.</summary>
    public static void Inverse(Span<float> block, Span<float> buffer)
    {
        Multiply(Transposed, block, buffer);
        Multiply(buffer, Basis, block);
    }

    // Products are added one after the other, not fused: the same sums on every machine.
    [MethodImpl(JpegEncoder.Hot)]
    private static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
    {
        for (int i = 0; i < Side; i++)
        {
            Vector256<float> row = Vector256<float>.Zero;
            for (int k = 0; k < Side; k++)
            {
                row += Vector256.Create(b.Slice(k * Side, Side)) * a[(i * Side) + k];
            }

            row.CopyTo(result.Slice(i * Side, Side));
        }
    }

    private static float[] MakeBasis()
    {
        float[] basis = new float[Side * Side];
        for (int i = 0; i < basis.Length; i++)
        {
            (int frequency, int at) = (i / Side, i % Side);
            double norm = frequency == 0 ? Math.Sqrt(1.0 / Side) : Math.Sqrt(2.0 / Side);
            basis[i] = (float)(norm * Math.Cos(((2 * at) + 1) * frequency * Math.PI / (2 * Side)));
        }

        return basis;
    }

    private static float[] Transpose(float[] matrix) => [.. Enumerable.Range(0, Side * Side).Select(i => matrix[((i % Side) * Side) + (i / Side)])];
}
