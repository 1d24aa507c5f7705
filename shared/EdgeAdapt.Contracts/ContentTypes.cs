namespace EdgeAdapt.Contracts;

/// <summary>Media types of this protocol's payloads.</summary>
public static class ContentTypes
{
    /// <summary>A JPEG file.</summary>
    public const string Jpeg = "image/jpeg";

    /// <summary>A PNG file.</summary>
    public const string Png = "image/png";

    /// <summary>One frame as an .npy file, uint8 <c>[H, W, C]</c> or float32 <c>[C, H, W]</c>.</summary>
    public const string NpyFrame = "application/x-npy-frame";

    /// <summary>A parameter set or a set of statistics in safetensors form.</summary>
    public const string Parameters = "application/vnd.edgeadapt.parameters";

    /// <summary>JSON text, UTF-8.</summary>
    public const string Json = "application/json";

    /// <summary>Whether a sample may have this media type.</summary>
    public static bool IsSample(string? contentType) => contentType is Jpeg or Png or NpyFrame;
}
