namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>One picture from a source: an encoded file, or pixels, or the reason why there is neither.</summary>
public sealed record Frame
{
    /// <summary>Where it came from, for messages: a file name, or the file and the index within it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The bytes of a JPEG or PNG file; or, where <see cref="Height"/> is above 0, pixels uint8 <c>[H, W, 3]</c>, red first. Empty where
    /// <see cref="Fault"/> is set.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>H of pixels; 0 for an encoded file.</summary>
    public int Height { get; init; }

    /// <summary>W of pixels; 0 for an encoded file.</summary>
    public int Width { get; init; }

    /// <summary>Why the picture could not be read, or null.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether <see cref="Bytes"/> are pixels.</summary>
    public bool IsPixels => Height > 0;
}
