namespace EdgeAdapt.Imaging;

/// <summary>The kinds of image that are read, told apart by their first bytes.</summary>
public enum ImageKind
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>JPEG, content type <c>image/jpeg</c>.</summary>
    Jpeg,

    /// <summary>PNG, content type <c>image/png</c>.</summary>
    Png,

    /// <summary>One frame of raw pixels in a NumPy file, content type <c>application/x-npy-frame</c>.</summary>
    NpyFrame,
}
