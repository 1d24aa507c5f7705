using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeAdapt.Imaging;

/// <summary>One component of a JPEG image, 0 to 255, padded to whole blocks by repeating its last column and row.</summary>
/// <param name="Samples"><c>[Rows, Columns]</c>, whole blocks.</param>
/// <param name="Rows">A multiple of 8.</param>
/// <param name="Columns">A multiple of 8.</param>
internal sealed record JpegPlane(float[] Samples, int Rows, int Columns)
{
    private const float Centre = 128;

    /// <summary>An empty component for an image of that size.</summary>
    public static JpegPlane Of(int rows, int columns) => new(new float[rows * columns], rows, columns);

    /// <summary>One row.</summary>
    public Span<float> Row(int y) => Samples.AsSpan(y * Columns, Columns);

    /// <summary>Repeats the last column and row of an image of that size to the end.</summary>
    public void Pad(int height, int width)
    {
        for (int y = 0; y < height; y++)
        {
            Row(y)[width..].Fill(Row(y)[width - 1]);
        }

        for (int y = height; y < Rows; y++)
        {
            Row(height - 1).CopyTo(Row(y));
        }
    }

    /// <summary>What a decoder gets of it: transformed, quantized, transformed back, rounded.</summary>
    public void Quantize(int[] table)
    {
        Span<float> block = stackalloc float[BlockTransform.Side * BlockTransform.Side];
        Span<float> buffer = stackalloc float[block.Length];
        for (int top = 0; top < Rows; top += BlockTransform.Side)
        {
            for (int left = 0; left < Columns; left += BlockTransform.Side)
            {
                Load(top, left, block);
                BlockTransform.Forward(block, buffer);
                for (int i = 0; i < block.Length; i++)
                {
                    block[i] = MathF.Round(block[i] / table[i], MidpointRounding.AwayFromZero) * table[i];
                }

                BlockTransform.Inverse(block, buffer);
                StoreBlock(top, left, block);
            }
        }
    }

    /// <summary>Half the size: means of 2 x 2, halves rounded down and up in turn along a row, so that there is no bias.</summary>
    [MethodImpl(JpegEncoder.Hot)]
    public JpegPlane Halved()
    {
        JpegPlane half = Of(Rows / 2, Columns / 2);
        for (int y = 0; y < half.Rows; y++)
        {
            ReadOnlySpan<float> upper = Row(2 * y), lower = Row((2 * y) + 1);
            Span<float> row = half.Row(y);
            for (int x = 0; x < half.Columns; x++)
            {
                int sum = (int)(upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1]);
                row[x] = (sum + 1 + (x & 1)) >> 2;
            }
        }

        return half;
    }

    /// <summary>The 64 samples of a block, centred at 0.</summary>
    [MethodImpl(JpegEncoder.Hot)]
    public void Load(int top, int left, Span<float> block)
    {
        for (int y = 0; y < BlockTransform.Side; y++)
        {
            Vector256<float> row = Vector256.Create(Samples.AsSpan(((top + y) * Columns) + left, BlockTransform.Side));
            (row - Vector256.Create(Centre)).CopyTo(block.Slice(y * BlockTransform.Side, BlockTransform.Side));
        }
    }

    private void StoreBlock(int top, int left, ReadOnlySpan<float> block)
    {
        for (int i = 0; i < block.Length; i++)
        {
            Samples[((top + (i / BlockTransform.Side)) * Columns) + left + (i % BlockTransform.Side)] =
                Math.Clamp(MathF.Floor(block[i] + Centre + 0.5f), 0, 255);
        }
    }
}
