using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>
/// The file form of a sample: "EAS1", length of the description, length of the picture (both little-endian int32), the
/// description as JSON, the picture, SHA-256 of all that.
/// </summary>
public static class SampleFile
{
    private const uint Magic = 0x31534145;
    private const int Prefix = 12;

    /// <summary>Serializes a sample.</summary>
    public static byte[] ToBytes(SampleContent sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        byte[] description = JsonSerializer.SerializeToUtf8Bytes(sample, JsonSerializerOptions.Web);
        int body = Prefix + description.Length + sample.Content.Length;
        byte[] bytes = new byte[body + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), description.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), sample.Content.Length);
        description.CopyTo(bytes, Prefix);
        sample.Content.Span.CopyTo(bytes.AsSpan(Prefix + description.Length));
        SHA256.HashData(bytes.AsSpan(0, body), bytes.AsSpan(body));
        return bytes;
    }

    /// <summary>Reads a sample.</summary>
    /// <returns>The sample, or null where the bytes are cut off, altered or of another format.</returns>
    public static SampleContent? TryParse(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (!IsWhole(bytes, bytes.Length))
        {
            return null;
        }

        int body = bytes.Length - SHA256.HashSizeInBytes;
        if (!SHA256.HashData(bytes.AsSpan(0, body)).AsSpan().SequenceEqual(bytes.AsSpan(body)))
        {
            return null;
        }

        int description = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        try
        {
            return JsonSerializer.Deserialize<SampleContent>(bytes.AsSpan(Prefix, description), JsonSerializerOptions.Web)! with
            {
                Content = bytes.AsMemory(Prefix + description, body - Prefix - description),
            };
        }
        catch (JsonException)
        {
            // The hash matches, so another version of the product wrote this: as unreadable as a damaged one.
            return null;
        }
    }

    /// <summary>Whether a file of this length, which begins with these bytes, has its full length.</summary>
    /// <param name="start">The first 12 bytes, or all of a shorter file.</param>
    /// <param name="fileLength">Length of the file in bytes.</param>
    public static bool IsWhole(ReadOnlySpan<byte> start, long fileLength)
    {
        if (start.Length < Prefix || BinaryPrimitives.ReadUInt32LittleEndian(start) != Magic)
        {
            return false;
        }

        int description = BinaryPrimitives.ReadInt32LittleEndian(start[4..]);
        int content = BinaryPrimitives.ReadInt32LittleEndian(start[8..]);
        return description >= 0 && content >= 0 && fileLength == Prefix + (long)description + content + SHA256.HashSizeInBytes;
    }
}
