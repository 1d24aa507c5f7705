using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Random views of preprocessed images: mirrored half of the time, turned by up to 15°, scaled by 0.9 to 1.1, moved by up to 1/16 of
/// the side, contrast 0.7 to 1.3, brightness up to 0.4 of the image's standard deviation either way. The ranges of geometry and
/// contrast are those of CoTTA's and RoTTA's code; their hue, saturation and gamma need pixel values, which preprocessed images no longer are.
/// </summary>
internal static class ImageAugmentation
{
    /// <summary>One view of each image.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>; not written to.</param>
    /// <param name="generator">Seven draws an image.</param>
    public static FloatTensor Apply(FloatTensor images, SeededGenerator generator)
    {
        float[] values = new float[images.Values.Length];
        for (int n = 0; n < images.Count; n++)
        {
            Span<float> target = values.AsSpan(n * images.SampleLength, images.SampleLength);
            Warp(images.Sample(n), target, (int)images.Shape[2], (int)images.Shape[3], generator);
            Recolour(target, 0.7 + (0.6 * generator.NextUnit()), 0.4 * ((2 * generator.NextUnit()) - 1));
        }

        return new FloatTensor(values, images.Shape);
    }

    private static void Warp(ReadOnlySpan<float> source, Span<float> target, int height, int width, SeededGenerator generator)
    {
        double mirror = generator.NextUnit() < 0.5 ? -1 : 1;
        double angle = Math.PI / 12 * ((2 * generator.NextUnit()) - 1);
        double scale = 0.9 + (0.2 * generator.NextUnit());
        double right = width / 16.0 * ((2 * generator.NextUnit()) - 1);
        double down = height / 16.0 * ((2 * generator.NextUnit()) - 1);
        (double cosine, double sine) = (Math.Cos(angle) / scale, Math.Sin(angle) / scale);
        (double middleX, double middleY) = ((width - 1) / 2.0, (height - 1) / 2.0);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                // Where the pixel comes from; beyond the edge, the edge goes on.
                (double dx, double dy) = (mirror * (x - middleX - right), y - middleY - down);
                double fromX = Math.Clamp((cosine * dx) + (sine * dy) + middleX, 0, width - 1);
                double fromY = Math.Clamp((cosine * dy) - (sine * dx) + middleY, 0, height - 1);
                (int left, int top) = ((int)fromX, (int)fromY);
                (int next, int below) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
                (double shareX, double shareY) = (fromX - left, fromY - top);
                for (int channel = 0; channel < source.Length; channel += height * width)
                {
                    double upper = (source[channel + (top * width) + left] * (1 - shareX)) + (source[channel + (top * width) + next] * shareX);
                    double lower = (source[channel + (below * width) + left] * (1 - shareX)) + (source[channel + (below * width) + next] * shareX);
                    target[channel + (y * width) + x] = (float)((upper * (1 - shareY)) + (lower * shareY));
                }
            }
        }
    }

    private static void Recolour(Span<float> image, double contrast, double brightness)
    {
        double mean = 0, squares = 0;
        foreach (float value in image)
        {
            mean += value / image.Length;
        }

        foreach (float value in image)
        {
            squares += (value - mean) * (value - mean) / image.Length;
        }

        double shift = mean + (brightness * Math.Sqrt(squares));
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (float)(shift + (contrast * (image[i] - mean)));
        }
    }
}
