using EdgeAdapt.Datasets;

namespace EdgeAdapt.Corruptions.Tests;

/// <summary>Forty images, the 38th of which cannot be read.</summary>
internal sealed class DamagedImages : ILabeledImages
{
    private const int Damaged = 37;

    public int Count => 40;

    public int Height => 32;

    public int Width => 32;

    public int Channels => 3;

    public IReadOnlyList<string> ClassNames => ["only"];

    public ReadOnlyMemory<int> Labels => new int[Count];

    public void Read(int index, Span<byte> nhwc)
    {
        if (index == Damaged)
        {
            throw new DatasetException($"There is a fault in image {index}. Replace it.");
        }

        TestImages.Draw(Height, index).CopyTo(nhwc);
    }

    public void Dispose()
    {
    }
}
