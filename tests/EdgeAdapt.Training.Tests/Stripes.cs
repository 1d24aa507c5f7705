using EdgeAdapt.Datasets;

namespace EdgeAdapt.Training.Tests;

/// <summary>Noisy grey images of 8×8 pixels in two classes: bright rows, or bright columns.</summary>
internal sealed class Stripes(int count, int seed) : ILabeledImages
{
    public int Count => count;

    public int Height => 8;

    public int Width => 8;

    public int Channels => 1;

    public IReadOnlyList<string> ClassNames => ["rows", "columns"];

    public ReadOnlyMemory<int> Labels { get; } = Enumerable.Range(0, count).Select(i => i % 2).ToArray();

    public static ImageStore Store(int count, int seed)
    {
        using var images = new Stripes(count, seed);
        return new ImageStore(images, new Normalization([0.5f], [0.25f]));
    }

    public void Read(int index, Span<byte> nhwc)
    {
        var random = new Random(seed + index);
        for (int i = 0; i < nhwc.Length; i++)
        {
            int line = index % 2 == 0 ? i / 8 : i % 8;
            nhwc[i] = (byte)((line % 2 * 120) + random.Next(120));
        }
    }

    public void Dispose()
    {
    }
}
