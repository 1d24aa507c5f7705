namespace EdgeAdapt.Imaging;

/// <summary>The largest images that are decoded.</summary>
public sealed record ImageLimits
{
    private readonly long _maximumPixels = 50_000_000;

    /// <summary>The defaults.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>
    /// Height times width that an image may announce, and that it may have once its shorter side is resized; at least 1. A file of a few hundred bytes can announce 65,500 x
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

    /// <summary>
    /// Why an image of this size is not brought to a model's input, or null. One of 1 x 65,500 pixels is small, and with its shorter side resized to
    /// 224 it would have three thousand million.
    /// </summary>
    internal string? FaultOfResizing(ModelManifest manifest, int height, int width)
    {
        if (manifest.Crop == ImageCrop.None)
        {
            return null;
        }

        double longer = (double)manifest.Resize * Math.Max(height, width) / Math.Min(height, width);
        return longer * manifest.Resize <= _maximumPixels
            ? null
            : $"The picture of {height} x {width} pixels would be {longer:F0} pixels long with its shorter side resized to {manifest.Resize}. Send one that is less narrow.";
    }
}
