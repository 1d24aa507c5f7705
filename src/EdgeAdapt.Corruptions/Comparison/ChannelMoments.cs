namespace EdgeAdapt.Corruptions;

/// <summary>Mean and standard deviation of each channel over all pixels of all images added, in levels of 255.</summary>
internal sealed class ChannelMoments(int channels)
{
    private readonly long[] _sum = new long[channels];
    private readonly long[] _squares = new long[channels];
    private long _pixels;

    public void Add(ReadOnlySpan<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            _sum[i % channels] += pixels[i];
            _squares[i % channels] += pixels[i] * pixels[i];
        }

        _pixels += pixels.Length / channels;
    }

    public double[] Means() => Array.ConvertAll(_sum, s => (double)s / _pixels);

    public double[] Deviations()
    {
        double[] means = Means();
        return [.. _squares.Select((s, c) => Math.Sqrt(Math.Max(0, ((double)s / _pixels) - (means[c] * means[c]))))];
    }
}
