using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>Reads the contents of a request's tensors: binary, or JSON arrays, flat or nested as the shape says.</summary>
internal static class TensorReader
{
    /// <summary>The elements of an FP32 tensor; all finite.</summary>
    /// <exception cref="RequestException">The contents do not fit the shape, or hold NaN or infinity.</exception>
    public static float[] Floats(RequestTensor tensor)
    {
        float[] values;
        if (tensor.IsBinary)
        {
            RequireSize(tensor, (long)tensor.Count * sizeof(float));
            values = MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
        }
        else
        {
            values = ReadJson(tensor, (ref r) => r.GetSingle());
        }

        int bad = Array.FindIndex(values, v => !float.IsFinite(v));
        return bad < 0 ? values : throw RequestException.Bad($"Element {bad} of {tensor.Description} is {values[bad]}. Send finite numbers.");
    }

    /// <summary>The elements of a UINT8 tensor.</summary>
    /// <exception cref="RequestException">The contents do not fit the shape, or a number is not 0 to 255.</exception>
    public static byte[] Bytes(RequestTensor tensor)
    {
        if (!tensor.IsBinary)
        {
            return ReadJson(tensor, (ref r) => r.GetByte());
        }

        RequireSize(tensor, tensor.Count);
        return tensor.Data.ToArray();
    }

    /// <summary>The elements of a BYTES tensor: length and bytes each, or strings of base64.</summary>
    /// <exception cref="RequestException">The contents do not fit the shape, or a string is no base64.</exception>
    public static byte[][] Elements(RequestTensor tensor)
    {
        if (!tensor.IsBinary)
        {
            return ReadJson(tensor, (ref r) => r.GetBytesFromBase64());
        }

        if (tensor.Count > tensor.Data.Length / sizeof(uint))
        {
            throw RequestException.Bad($"{tensor.Description} has {tensor.Data.Length} bytes of data, too few for its elements.");
        }

        byte[][] elements = new byte[tensor.Count][];
        ReadOnlySpan<byte> left = tensor.Data.Span;
        for (int i = 0; i < elements.Length; i++)
        {
            if (left.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(left) > left.Length - sizeof(uint))
            {
                throw RequestException.Bad($"Element {i} of {tensor.Description} lies outside the binary data. Write its length as 4 bytes, little-endian, before each element.");
            }

            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(left);
            elements[i] = left.Slice(sizeof(uint), length).ToArray();
            left = left[(sizeof(uint) + length)..];
        }

        return left.IsEmpty ? elements : throw RequestException.Bad($"{left.Length} bytes are left behind the last element of {tensor.Description}.");
    }

    private static void RequireSize(RequestTensor tensor, long bytes)
    {
        if (tensor.Data.Length != bytes)
        {
            throw RequestException.Bad($"{tensor.Description} has {tensor.Data.Length} bytes of data and its shape asks for {bytes}.");
        }
    }

    private static T[] ReadJson<T>(RequestTensor tensor, ElementReader<T> read)
    {
        // Each element takes a character at least: a shape of a thousand million elements must not be given memory for twenty bytes of data.
        if (tensor.Count > tensor.Data.Length)
        {
            throw Misshapen(tensor);
        }

        try
        {
            var reader = new Utf8JsonReader(tensor.Data.Span);
            var values = new T[tensor.Count];
            int count = 0;
            int depth = 0;
            int leafDepth = 0;
            Span<int> entries = stackalloc int[tensor.Shape.Count + 2];
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.EndArray)
                {
                    if (leafDepth > 1 && entries[depth] != tensor.Shape[depth - 1])
                    {
                        throw Misshapen(tensor);
                    }

                    depth--;
                    continue;
                }

                entries[depth]++;
                if (reader.TokenType == JsonTokenType.StartArray)
                {
                    if (++depth > Math.Max(tensor.Shape.Count, 1))
                    {
                        throw Misshapen(tensor);
                    }

                    entries[depth] = 0;
                    continue;
                }

                leafDepth = leafDepth == 0 ? depth : leafDepth;
                if (count == values.Length || depth != leafDepth || (depth != 1 && depth != tensor.Shape.Count))
                {
                    throw Misshapen(tensor);
                }

                values[count++] = read(ref reader);
            }

            return count == values.Length ? values : throw Misshapen(tensor);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw RequestException.Bad($"The data of {tensor.Description} cannot be read: {e.Message} Give numbers of the datatype's range, or base64 strings for BYTES.");
        }
    }

    private static RequestException Misshapen(RequestTensor tensor) =>
        RequestException.Bad($"The data of {tensor.Description} does not fit the shape. Give {tensor.Count} elements in one array, or arrays nested as the shape says.");

    private delegate T ElementReader<out T>(ref Utf8JsonReader reader);
}
