using EdgeAdapt.Storage;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>
/// The file form of a checkpoint: one line with the schema and the SHA-256 of the rest, then JSON. Replaced in one step,
/// so that a killed process leaves the previous one whole.
/// </summary>
public static class CheckpointFile
{
    private const string Schema = "edgeadapt.checkpoint.v1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new FloatArrayConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes a checkpoint; when the call returns it survives a power cut.</summary>
    /// <returns>Size of the file in bytes.</returns>
    /// <exception cref="IOException">The disk is full or broken; the previous checkpoint is as it was.</exception>
    public static int Write<T>(string path, T checkpoint)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(checkpoint, Json);
        byte[] bytes = [.. FirstLine(json), .. json];
        DurableFile.Write(path, bytes);
        return bytes.Length;
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">Why there is none though the file exists, or null.</param>
    /// <returns>The checkpoint, or null where the file is missing or damaged.</returns>
    public static T? TryRead<T>(string path, out string? fault)
        where T : class
    {
        fault = null;
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        int end = bytes.AsSpan().IndexOf((byte)'\n') + 1;
        byte[] json = bytes[end..];
        if (!bytes.AsSpan(0, end).SequenceEqual(FirstLine(json)))
        {
            fault = "its checksum does not match its content";
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(json, Json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
        {
            fault = $"another version of the product wrote it ({e.Message})";
            return null;
        }
    }

    private static byte[] FirstLine(byte[] json) => Encoding.ASCII.GetBytes($"{Schema} {Convert.ToHexStringLower(SHA256.HashData(json))}\n");
}
