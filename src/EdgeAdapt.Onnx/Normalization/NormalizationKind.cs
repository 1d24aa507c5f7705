namespace EdgeAdapt.Onnx.Normalization;

/// <summary>What a normalization layer normalizes over. Only <see cref="Batch"/> has running statistics.</summary>
public enum NormalizationKind
{
    /// <summary>Over images and pixels of a channel, by running statistics at inference.</summary>
    Batch,

    /// <summary>Over some axes of one sample, in a transformer the features of one token.</summary>
    Layer,

    /// <summary>Over the pixels of one channel of one image.</summary>
    Instance,

    /// <summary>Over the pixels of a group of channels of one image.</summary>
    Group,

    /// <summary>
    /// Over nothing: the scale and shift behind a convolution that Keras exporters leave of a BatchNormalization whose
    /// statistics they multiplied into it.
    /// </summary>
    Affine,
}
