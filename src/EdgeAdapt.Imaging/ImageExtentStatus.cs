namespace EdgeAdapt.Imaging;

/// <summary>What is known about where an image in a stream ends.</summary>
public enum ImageExtentStatus
{
    /// <summary>The end is not among the bytes so far.</summary>
    Incomplete,

    /// <summary>The image is whole.</summary>
    Complete,

    /// <summary>The bytes contradict the image's own structure; it never ends.</summary>
    Broken,
}
