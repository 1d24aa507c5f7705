namespace EdgeAdapt.Preparation;

/// <summary>What preparation did with a convolution.</summary>
public enum ConvolutionStatus
{
    /// <summary>It got a layer of its own behind it.</summary>
    Prepared,

    /// <summary>It has no constant bias, so no normalization was folded into it: folding always leaves one.</summary>
    NothingFolded,

    /// <summary>A normalization layer reads it.</summary>
    Normalized,

    /// <summary>Its output has one pixel, as the gates of squeeze-and-excitation have: one value a channel and image has no statistics to speak of.</summary>
    OnePixel,

    /// <summary>Its weights are quantized otherwise than in 8 bits with one scale, or one an output channel.</summary>
    OtherPrecision,

    /// <summary>Its output is the model's: the classifier itself.</summary>
    Output,
}
