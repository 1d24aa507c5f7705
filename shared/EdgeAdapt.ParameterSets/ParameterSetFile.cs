using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeAdapt.ParameterSets;

/// <summary>
/// The file form of a parameter set: safetensors (8-byte little-endian header length, JSON header, raw tensor data), float32,
/// tensors in ordinal order of their names and packed without gaps, the manifest as JSON text under the metadata key "manifest". The same set gives the same bytes.
/// </summary>
public static class ParameterSetFile
{
    /// <summary>The longest header that is read: 1 MiB. A real one has about 100 bytes a tensor.</summary>
    public const int MaximumHeaderBytes = 1 << 20;

    private const string ManifestKey = "manifest";
    private static readonly JsonSerializerOptions ManifestJson = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>Serializes a set.</summary>
    public static byte[] ToBytes(ParameterSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var header = new JsonObject
        {
            ["__metadata__"] = new JsonObject { [ManifestKey] = JsonSerializer.Serialize(set.Manifest, ManifestJson) },
        };
        KeyValuePair<string, float[]>[] tensors = [.. set.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal)];
        long offset = 0;
        foreach ((string name, float[] values) in tensors)
        {
            long end = offset + ((long)values.Length * sizeof(float));
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray(values.Length),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);

        // Readers may map the data as floats, so it starts at a multiple of 8; safetensors pads its header with spaces.
        int headerLength = (json.Length + 7) / 8 * 8;
        byte[] bytes = new byte[8 + headerLength + offset];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, headerLength);
        json.CopyTo(bytes, 8);
        bytes.AsSpan(8 + json.Length, headerLength - json.Length).Fill((byte)' ');
        int position = 8 + headerLength;
        foreach ((_, float[] values) in tensors)
        {
            MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(bytes.AsSpan(position));
            position += values.Length * sizeof(float);
        }

        return bytes;
    }

    /// <summary>Reads a set. Values may still be NaN or infinite: whoever activates a set checks that.</summary>
    /// <exception cref="ParameterSetFormatException">The bytes are damaged, of another format or of a newer schema.</exception>
    public static ParameterSet FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || BinaryPrimitives.ReadInt64LittleEndian(bytes) is var length && (length < 2 || length > MaximumHeaderBytes || length > bytes.Length - 8))
        {
            throw new ParameterSetFormatException("Not a safetensors file: the header length is out of range. Was the file cut off in transit?");
        }

        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        ReadOnlySpan<byte> data = bytes[(8 + headerLength)..];
        try
        {
            JsonObject header = JsonNode.Parse(bytes.Slice(8, headerLength))!.AsObject();
            string manifestText = header["__metadata__"]?[ManifestKey]?.GetValue<string>()
                ?? throw new ParameterSetFormatException("The safetensors file has no EdgeAdapt manifest. Give a file that `edgeadapt adapt` or the cloud service wrote.");
            ParameterSetManifest manifest = JsonSerializer.Deserialize<ParameterSetManifest>(manifestText, ManifestJson)!;
            if (manifest.Schema != ParameterSetManifest.CurrentSchema)
            {
                throw new ParameterSetFormatException(
                    $"The parameter set has schema '{manifest.Schema}'; this version reads '{ParameterSetManifest.CurrentSchema}'. Update the older side.");
            }

            return new ParameterSet(manifest, ReadTensors(header, data));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException or ArgumentException)
        {
            throw new ParameterSetFormatException($"The header of the parameter set is damaged: {e.Message}", e);
        }
    }

    private static Dictionary<string, float[]> ReadTensors(JsonObject header, ReadOnlySpan<byte> data)
    {
        (string Name, long Start, long End)[] places = [.. header.Where(e => e.Key != "__metadata__").Select(e => ReadPlace(e.Key, e.Value!)).OrderBy(p => p.Start).ThenBy(p => p.End)];
        var tensors = new Dictionary<string, float[]>(places.Length, StringComparer.Ordinal);
        long end = 0;
        foreach ((string name, long start, long next) in places)
        {
            // Tensors that shared their bytes would multiply a small message: ten thousand entries over the same 8 MB are 80 GB of values.
            if (start != end || next > data.Length)
            {
                throw new ParameterSetFormatException($"Tensor '{name}' of the parameter set does not lie inside the file behind the one before it. Was the file cut off in transit?");
            }

            tensors.Add(name, MemoryMarshal.Cast<byte, float>(data[(int)start..(int)next]).ToArray());
            end = next;
        }

        return end == data.Length ? tensors : throw new ParameterSetFormatException($"{data.Length - end} bytes of the parameter set belong to no tensor.");
    }

    private static (string Name, long Start, long End) ReadPlace(string name, JsonNode entry)
    {
        string type = entry["dtype"]!.GetValue<string>();
        long start = entry["data_offsets"]![0]!.GetValue<long>();
        long end = entry["data_offsets"]![1]!.GetValue<long>();

        // Unsigned and checked, so that neither a negative nor an enormous shape can pass for the right number of bytes.
        long count = entry["shape"]!.AsArray().Aggregate(1L, (product, d) => checked((long)((ulong)product * (ulong)d!.GetValue<long>())));
        long bytes = checked(count * sizeof(float));
        if (type != "F32")
        {
            throw new ParameterSetFormatException($"Tensor '{name}' of the parameter set has type {type}; only F32 is read.");
        }

        return start >= 0 && end >= start && end - start == bytes
            ? (name, start, end)
            : throw new ParameterSetFormatException($"Tensor '{name}' of the parameter set has offsets that do not fit its shape.");
    }
}
