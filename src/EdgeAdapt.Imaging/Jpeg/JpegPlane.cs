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
    public JpegPlane Halved()
    {
        JpegPlane half = Of(Rows / 2, Columns / 2);
        for (int y = 0; y < half.Rows; y++)
        {
            ReadOnlySpan<float> upper = Samples.AsSpan(2 * y * Columns, Columns), lower = Samples.AsSpan(((2 * y) + 1) * Columns, Columns);
            for (int x = 0; x < half.Columns; x++)
            {
                int sum = (int)(upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1]);
                half.Samples[(y * half.Columns) + x] = (sum + 1 + (x & 1)) >> 2;
            }
        }

        return half;
    }

    /// <summary>The 64 samples of a block, centred at 0.</summary>
    public void Load(int top, int left, Span<float> block)
    {
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = Samples[((top + (i / BlockTransform.Side)) * Columns) + left + (i % BlockTransform.Side)] - Centre;
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
