namespace EdgeAdapt.Training;

/// <summary>How a residual block whose output has another shape passes its input on; the letters are those of He et al. (2016).</summary>
public enum ShortcutOption
{
    /// <summary>Every second pixel, with zeros for the new channels: no parameters.</summary>
    A,

    /// <summary>A 1×1 convolution with normalization.</summary>
    B,
}
