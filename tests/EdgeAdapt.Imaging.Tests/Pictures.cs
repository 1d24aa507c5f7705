using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging.Tests;

/// <summary>Pictures and manifests that the tests share.</summary>
internal static class Pictures
{
    /// <summary>A smooth picture, uint8 [height, width, 3], whose channels differ: red grows to the right, green downwards, blue is flat.</summary>
    public static byte[] Gradient(int height, int width)
    {
        byte[] pixels = new byte[height * width * 3];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = ((y * width) + x) * 3;
                pixels[at] = (byte)(255 * x / Math.Max(width - 1, 1));
                pixels[at + 1] = (byte)(255 * y / Math.Max(height - 1, 1));
                pixels[at + 2] = 40;
            }
        }

        return pixels;
    }

    public static byte[] Noise(int height, int width, int seed)
    {
        byte[] pixels = new byte[height * width * 3];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    public static ModelManifest Manifest(int height, int width, int? resize = null, ImageCrop crop = ImageCrop.Center) => new()
    {
        Name = "test",
        Height = height,
        Width = width,
        Resize = resize ?? Math.Max(height, width),
        Crop = crop,
    };

    /// <summary>Mean 0 and standard deviation 1: model input is pixel / 255.</summary>
    public static ModelManifest Plain(int height, int width, int? resize = null, ImageCrop crop = ImageCrop.Center) =>
        Manifest(height, width, resize, crop) with { Normalization = new Normalization([0, 0, 0], [1, 1, 1]) };
}
