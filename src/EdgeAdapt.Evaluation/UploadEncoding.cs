using System.Globalization;

namespace EdgeAdapt.Evaluation;

/// <summary>How an uploaded image is encoded. Methods with a cloud learn from what arrives there: from a JPEG with its losses.</summary>
/// <param name="Format">The format.</param>
/// <param name="Quality">1 to 100 for <see cref="UploadFormat.Jpeg"/>, as libjpeg counts; 0 for others.</param>
public readonly record struct UploadEncoding(UploadFormat Format, int Quality = 0)
{
    private const string JpegPrefix = "jpeg-";
    private const int DefaultQuality = 95;

    /// <summary>What it is called: raw, png, jpeg-95.</summary>
    public string Name => Format == UploadFormat.Jpeg ? string.Create(CultureInfo.InvariantCulture, $"{JpegPrefix}{Quality}") : Format.ToString().ToLowerInvariant();

    /// <summary>What a reader understands.</summary>
    public string Description => Format switch
    {
        UploadFormat.Raw => "raw pixels of the uploaded images",
        UploadFormat.Png => "uploaded images as PNG",
        _ => $"uploaded images as JPEG of quality {Quality}",
    };

    /// <summary>Whether its quality makes sense.</summary>
    public bool IsUsable => Format == UploadFormat.Jpeg ? Quality is >= 1 and <= 100 : Enum.IsDefined(Format) && Quality == 0;

    /// <summary>The encoding of a <see cref="Name"/>, or "jpeg" for quality 95; null for anything else.</summary>
    public static UploadEncoding? Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        UploadEncoding? encoding = name.ToLowerInvariant() switch
        {
            "raw" => new UploadEncoding(UploadFormat.Raw),
            "png" => new UploadEncoding(UploadFormat.Png),
            "jpeg" => new UploadEncoding(UploadFormat.Jpeg, DefaultQuality),
            var text => text.StartsWith(JpegPrefix, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(JpegPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int quality)
                    ? new UploadEncoding(UploadFormat.Jpeg, quality) : null,
        };
        return encoding is { IsUsable: true } ? encoding : null;
    }
}
