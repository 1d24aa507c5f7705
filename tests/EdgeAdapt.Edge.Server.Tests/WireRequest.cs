using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace EdgeAdapt.Edge.Server.Tests;

/// <summary>Requests and answers on the wire, written after the text of the protocol and independent of the server's own reader and writer.</summary>
internal static class WireRequest
{
    /// <summary>One binary input and what is wanted of the outputs.</summary>
    public static (byte[] Body, int Header) Binary(string datatype, long[] shape, byte[] data, string rest = "\"parameters\":{\"binary_data_output\":true}", string name = "images")
    {
        byte[] json = Encoding.UTF8.GetBytes(
            $$$"""{"id":"","inputs":[{"name":"{{{name}}}","shape":[{{{string.Join(',', shape)}}}],"datatype":"{{{datatype}}}","parameters":{"binary_data_size":{{{data.Length}}} }}],{{{rest}}} }""");
        return ([.. json, .. data], json.Length);
    }

    public static byte[] Floats(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).ToArray();

    public static byte[] Elements(params byte[][] elements)
    {
        List<byte> bytes = [];
        byte[] length = new byte[4];
        foreach (byte[] element in elements)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)element.Length);
            bytes.AddRange(length);
            bytes.AddRange(element);
        }

        return [.. bytes];
    }

    /// <summary>Splits a binary answer into its JSON object and the bytes of each output by name.</summary>
    public static async Task<(JsonElement Json, Dictionary<string, byte[]> Tensors)> ReadAsync(HttpResponseMessage response)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        int header = response.Headers.TryGetValues("Inference-Header-Content-Length", out IEnumerable<string>? values) ? int.Parse(values.Single()) : body.Length;
        JsonElement json = JsonDocument.Parse(body.AsMemory(0, header)).RootElement;
        Dictionary<string, byte[]> tensors = [];
        int position = header;
        foreach (JsonElement output in json.GetProperty("outputs").EnumerateArray())
        {
            if (output.TryGetProperty("parameters", out JsonElement parameters))
            {
                int size = parameters.GetProperty("binary_data_size").GetInt32();
                tensors[output.GetProperty("name").GetString()!] = body[position..(position + size)];
                position += size;
            }
        }

        Assert.Equal(body.Length, position);
        return (json, tensors);
    }

    public static float[] Floats(JsonElement output) => [.. output.GetProperty("data").EnumerateArray().Select(v => v.GetSingle())];

    public static float[] ToFloats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    public static JsonElement Output(JsonElement answer, string name) => answer.GetProperty("outputs").EnumerateArray().Single(o => o.GetProperty("name").GetString() == name);
}
