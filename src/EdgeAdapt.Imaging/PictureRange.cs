using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging;

/// <summary>The values that a model's input can have where it was made of a picture. Thread safe.</summary>
public sealed class PictureRange
{
    // Of the range of a pixel: a client's own resizing, bicubic or Lanczos, overshoots at edges by up to that much.
    private const float Margin = 0.25f;
    private readonly Normalization _normalization;
    private readonly int _plane;

    /// <summary>Takes the range of a model's input.</summary>
    /// <param name="manifest">What the input looks like.</param>
    public PictureRange(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        _normalization = manifest.Normalization;
        _plane = manifest.Height * manifest.Width;
    }

    /// <summary>Whether every value v of an image is that of a pixel, v · deviation + mean in 0 to 1, but for the margin.</summary>
    /// <param name="image">The model's input <c>[C, H, W]</c>.</param>
    public bool Contains(ReadOnlySpan<float> image)
    {
        for (int c = 0; c < _normalization.Channels; c++)
        {
            float least = (-Margin - _normalization.Mean[c]) / _normalization.StandardDeviation[c];
            float most = (1 + Margin - _normalization.Mean[c]) / _normalization.StandardDeviation[c];
            if (image.Slice(c * _plane, _plane).ContainsAnyExceptInRange(least, most))
            {
                return false;
            }
        }

        return true;
    }
}
