namespace EdgeAdapt.Corruptions;

/// <summary>What lies outside an image. OpenCV, SciPy and scikit-image name the same things differently.</summary>
internal enum Border
{
    /// <summary>aaaa|abcd|dddd: scikit-image's and SciPy's "nearest", ImageMagick's "edge".</summary>
    Nearest,

    /// <summary>dcba|abcd|dcba: SciPy's "reflect".</summary>
    Reflect,

    /// <summary>edcb|abcd|cbaz: OpenCV's BORDER_REFLECT_101, its default.</summary>
    Reflect101,
}
