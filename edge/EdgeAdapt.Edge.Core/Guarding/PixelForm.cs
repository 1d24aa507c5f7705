using EdgeAdapt.Datasets;

namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>Turns a preprocessed image back into pixels, a quarter of its size, and again into an image. Pictures that were resized lose at most half a level.</summary>
/// <param name="normalization">Of the model's input, 3 channels.</param>
/// <param name="height">Of the model's input.</param>
/// <param name="width">Of the model's input.</param>
internal sealed class PixelForm(Normalization normalization, int height, int width)
{
    private const int Channels = 3;
    private const float Levels = 255;

    /// <summary>Bytes of one image.</summary>
    public int Length { get; } = Channels * height * width;

    /// <summary>An npy file's shape for some images: <c>[N, H, W, 3]</c>.</summary>
    public long[] Shape(int images) => [images, height, width, Channels];

    /// <summary><c>[3, H, W]</c> to uint8 <c>[H, W, 3]</c>.</summary>
    public byte[] ToPixels(ReadOnlySpan<float> image)
    {
        byte[] pixels = new byte[Length];
        for (int c = 0; c < Channels; c++)
        {
            for (int i = 0; i < height * width; i++)
            {
                float level = ((image[(c * height * width) + i] * normalization.StandardDeviation[c]) + normalization.Mean[c]) * Levels;
                pixels[(i * Channels) + c] = (byte)Math.Clamp(MathF.Round(level), 0, Levels);
            }
        }

        return pixels;
    }

    /// <summary>uint8 <c>[H, W, 3]</c> to <c>[3, H, W]</c>.</summary>
    public void ToImage(ReadOnlySpan<byte> pixels, Span<float> image)
    {
        for (int c = 0; c < Channels; c++)
        {
            for (int i = 0; i < height * width; i++)
            {
                image[(c * height * width) + i] = ((pixels[(i * Channels) + c] / Levels) - normalization.Mean[c]) / normalization.StandardDeviation[c];
            }
        }
    }
}
