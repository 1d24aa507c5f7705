using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>Writes the body of an answer: a JSON object, and behind it the outputs that go out in binary form, in their order.</summary>
internal static class InferenceResponseWriter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an answer.</summary>
    /// <returns>The body, and the length of its JSON object where binary tensors follow; null where all is JSON.</returns>
    public static (ReadOnlyMemory<byte> Body, int? HeaderLength) Write(InferenceResponse response)
    {
        var body = new ArrayBufferWriter<byte>();
        List<byte[]> binary = [];
        using (var writer = new Utf8JsonWriter(body, Json))
        {
            writer.WriteStartObject();
            writer.WriteString("model_name", response.ModelName);
            if (response.Id is not null)
            {
                writer.WriteString("id", response.Id);
            }

            writer.WriteStartObject("parameters");
            writer.WriteNumber("parameter_version", response.ParameterVersion);
            writer.WriteNumber("statistics_generation", response.StatisticsGeneration);
            writer.WriteEndObject();
            writer.WriteStartArray("outputs");
            foreach (ResponseTensor output in response.Outputs)
            {
                Write(writer, output, binary);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        int header = body.WrittenCount;
        foreach (byte[] tensor in binary)
        {
            body.Write(tensor);
        }

        return (body.WrittenMemory, response.Outputs.Any(o => o.IsBinary) ? header : null);
    }

    private static void Write(Utf8JsonWriter writer, ResponseTensor output, List<byte[]> binary)
    {
        writer.WriteStartObject();
        writer.WriteString("name", output.Name);
        writer.WriteStartArray("shape");
        foreach (int dimension in output.Shape)
        {
            writer.WriteNumberValue(dimension);
        }

        writer.WriteEndArray();
        writer.WriteString("datatype", output.Datatype);
        if (output.IsBinary)
        {
            byte[] bytes = output.Values is { } values ? MemoryMarshal.AsBytes(values.AsSpan()).ToArray() : ToBinary(output.Texts!);
            binary.Add(bytes);
            writer.WriteStartObject("parameters");
            writer.WriteNumber("binary_data_size", bytes.Length);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStartArray("data");
            foreach (float value in output.Values ?? [])
            {
                writer.WriteNumberValue(value);
            }

            foreach (string text in output.Texts ?? [])
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static byte[] ToBinary(IReadOnlyList<string> texts)
    {
        var bytes = new List<byte>();
        Span<byte> length = stackalloc byte[sizeof(uint)];
        foreach (string text in texts)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
            bytes.AddRange(length);
            bytes.AddRange(utf8);
        }

        return [.. bytes];
    }
}
