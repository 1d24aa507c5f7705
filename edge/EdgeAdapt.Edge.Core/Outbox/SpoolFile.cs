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
    public static ReadOnlyMemory<byte>[] ToParts(SampleUpload sample)
    {
        byte[] metadata = JsonSerializer.SerializeToUtf8Bytes(SpoolMetadata.Of(sample));
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

    /// <summary>Whether a file has the length that its header announces: enough to tell a file that was cut off.</summary>
    public static bool IsWhole(string path)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength && stream.Length == LengthOf(header);
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
        try
        {
            SpoolMetadata? metadata = JsonSerializer.Deserialize<SpoolMetadata>(file.AsSpan(HeaderLength, metadataLength));
            return metadata?.ToSample(file.AsMemory(HeaderLength + metadataLength, file.Length - HeaderLength - metadataLength - SHA256.HashSizeInBytes));
        }
        catch (JsonException)
        {
            // The hash fits, so another version wrote it with other fields: as unusable as a damaged one.
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
