namespace EdgeAdapt.Imaging;

/// <summary>The largest images that are decoded.</summary>
public sealed record ImageLimits
{
    private readonly long _maximumPixels = 50_000_000;

    /// <summary>The defaults.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>
    /// Height times width that an image may announce; at least 1. A file of a few hundred bytes can announce 65,500 x
    /// 65,500 pixels, whose decoding would take the device's memory. 50 million by default: 150 MB while decoding.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MaximumPixels
    {
        get => _maximumPixels;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maximumPixels = value;
        }
    }
}
