using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// The form of one sample on disk: 8 bytes of signature, int32 length of the metadata, int64 length of the content (both little-endian),
/// metadata as JSON, content as it is, SHA-256 of everything before. One file, so that a sample is there whole or not at all.
/// </summary>
internal static class SpoolFile
{
    /// <summary>Ending of a finished file.</summary>
    public const string Extension = ".sample";

    private const int HeaderLength = 20;
    private const int MaximumMetadataLength = 64 << 10;
    private static readonly byte[] Signature = "EASMPL01"u8.ToArray();

    /// <summary>The file of a sample, in parts to be written one after another.</summary>
    public static ReadOnlyMemory<byte>[] ToParts(SampleUpload sample, SampleWorth worth)
    {
        byte[] metadata = JsonSerializer.SerializeToUtf8Bytes(SpoolMetadata.Of(sample, worth));
        byte[] header = new byte[HeaderLength];
        Signature.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), metadata.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(12), sample.Content.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(metadata);
        hash.AppendData(sample.Content.Span);
        return [header, metadata, sample.Content, hash.GetHashAndReset()];
    }

    /// <summary>
    /// The metadata of a file that has the length that its header announces, which is enough to tell a file that was cut off; null for any other.
    /// </summary>
    public static SpoolMetadata? Peek(string path)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) != HeaderLength || stream.Length != LengthOf(header))
        {
            return null;
        }

        byte[] metadata = new byte[BinaryPrimitives.ReadInt32LittleEndian(header[8..])];
        stream.ReadExactly(metadata);
        return ParseMetadata(metadata);
    }

    /// <summary>Reads a file back; null where it is damaged.</summary>
    public static SampleUpload? Parse(byte[] file)
    {
        if (file.Length < HeaderLength || file.Length != LengthOf(file)
            || !SHA256.HashData(file.AsSpan(0, file.Length - SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(file.AsSpan(file.Length - SHA256.HashSizeInBytes)))
        {
            return null;
        }

        int metadataLength = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8));
        return ParseMetadata(file.AsSpan(HeaderLength, metadataLength))
            ?.ToSample(file.AsMemory(HeaderLength + metadataLength, file.Length - HeaderLength - metadataLength - SHA256.HashSizeInBytes));
    }

    private static SpoolMetadata? ParseMetadata(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<SpoolMetadata>(json);
        }
        catch (JsonException)
        {
            // Where the hash fits, another version wrote it with other fields: as unusable as a damaged one.
            return null;
        }
    }

    /// <summary>The length that a header announces, or -1 where it is no header of ours.</summary>
    private static long LengthOf(ReadOnlySpan<byte> header)
    {
        int metadata = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        long content = BinaryPrimitives.ReadInt64LittleEndian(header[12..]);
        return header.StartsWith(Signature) && metadata is > 0 and <= MaximumMetadataLength && content is >= 0 and <= int.MaxValue
            ? HeaderLength + metadata + content + SHA256.HashSizeInBytes
            : -1;
    }
}
