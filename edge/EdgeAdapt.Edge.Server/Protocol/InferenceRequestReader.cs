using System.Text.Json;

namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>
/// Reads the body of a request: a JSON object, and behind it the binary tensors in the order of the inputs (the binary tensor data extension).
/// Contents of tensors are only located here, so that nothing is allocated for them before their shapes were looked at.
/// </summary>
internal static class InferenceRequestReader
{
    private const int MaximumInputs = 16;
    private const int MaximumOutputs = 64;
    private const int MaximumRank = 8;
    private const int LongestName = 256;

    /// <summary>Reads a body.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="headerLength">Length of the JSON object, from the header Inference-Header-Content-Length; null where all is JSON.</param>
    /// <exception cref="RequestException">The body is no request.</exception>
    public static InferenceRequest Read(ReadOnlyMemory<byte> body, int? headerLength)
    {
        if (headerLength is < 0 || headerLength > body.Length)
        {
            throw RequestException.Bad($"Inference-Header-Content-Length is {headerLength} and the body has {body.Length} bytes. Give the length of the JSON object at its start.");
        }

        ReadOnlyMemory<byte> json = body[..(headerLength ?? body.Length)];
        try
        {
            return ReadObject(json, body[json.Length..]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string that is no UTF-8, or a value of another type than the protocol has there.
            throw RequestException.Bad($"The request is no inference request in JSON: {e.Message}");
        }
    }

    private static InferenceRequest ReadObject(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> binary)
    {
        var reader = new Utf8JsonReader(json.Span);
        string? id = null;
        List<InputHeader> inputs = [];
        List<RequestedOutput> outputs = [];
        bool binaryOutput = false;
        Start(ref reader, JsonTokenType.StartObject, "The body");
        while (NextProperty(ref reader) is { } name)
        {
            switch (name)
            {
                case "id":
                    id = Text(ref reader, "id");
                    break;
                case "inputs":
                    ReadList(ref reader, "inputs", inputs, MaximumInputs, json, ReadInput);
                    break;
                case "outputs":
                    ReadList(ref reader, "outputs", outputs, MaximumOutputs, json, ReadOutput);
                    break;
                case "parameters":
                    ReadParameters(ref reader, (ref r, parameter) =>
                    {
                        binaryOutput = parameter == "binary_data_output" ? r.GetBoolean() : binaryOutput;
                    });
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (reader.Read())
        {
            throw new JsonException("there is more behind the object.");
        }

        return new InferenceRequest(id, Locate(inputs, binary), outputs, binaryOutput);
    }

    private static List<RequestTensor> Locate(List<InputHeader> inputs, ReadOnlyMemory<byte> binary)
    {
        List<RequestTensor> tensors = [];
        foreach (InputHeader input in inputs)
        {
            if (input.BinarySize is not { } size)
            {
                tensors.Add(new RequestTensor(input.Name, input.Datatype, input.Shape, false, input.Data!.Value));
                continue;
            }

            if (size < 0 || size > binary.Length)
            {
                throw RequestException.Bad(
                    $"The input '{input.Name}' has a binary_data_size of {size} and {binary.Length} bytes are left behind the JSON object. Check it and Inference-Header-Content-Length.");
            }

            tensors.Add(new RequestTensor(input.Name, input.Datatype, input.Shape, true, binary[..(int)size]));
            binary = binary[(int)size..];
        }

        return binary.IsEmpty
            ? tensors
            : throw RequestException.Bad($"{binary.Length} bytes behind the JSON object belong to no input. Give each binary input its binary_data_size.");
    }

    private static InputHeader ReadInput(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        string? name = null;
        string? datatype = null;
        long[]? shape = null;
        long? binarySize = null;
        ReadOnlyMemory<byte>? data = null;
        Check(ref reader, JsonTokenType.StartObject, "An input");
        while (NextProperty(ref reader) is { } property)
        {
            switch (property)
            {
                case "name":
                    name = Text(ref reader, property);
                    break;
                case "datatype":
                    datatype = Text(ref reader, property);
                    break;
                case "shape":
                    shape = ReadShape(ref reader);
                    break;
                case "parameters":
                    ReadParameters(ref reader, (ref r, parameter) =>
                    {
                        binarySize = parameter == "binary_data_size" ? r.GetInt64() : binarySize;
                    });
                    break;
                case "data":
                    Check(ref reader, JsonTokenType.StartArray, "data");
                    int start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    data = json[start..(int)reader.BytesConsumed];
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (name is null || datatype is null || shape is null || (data is null) == (binarySize is null))
        {
            throw RequestException.Bad($"The input '{name}' is not complete. An input has name, datatype, shape, and either data or the parameter binary_data_size.");
        }

        return TensorDatatypes.SizeOf(datatype) is null
            ? throw RequestException.Bad($"The input '{name}' has the datatype '{datatype}', which the protocol does not have. Give FP32, UINT8 or BYTES.")
            : new InputHeader(name, datatype, shape, binarySize, data);
    }

    private static RequestedOutput ReadOutput(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        string? name = null;
        bool? binary = null;
        Check(ref reader, JsonTokenType.StartObject, "An output");
        while (NextProperty(ref reader) is { } property)
        {
            switch (property)
            {
                case "name":
                    name = Text(ref reader, property);
                    break;
                case "parameters":
                    ReadParameters(ref reader, (ref r, parameter) =>
                    {
                        if (parameter == "classification")
                        {
                            // Left unread, a client that asked for the best classes would take logits for them.
                            throw RequestException.Bad("This server does not have the classification extension. Ask for the outputs 'label' and 'probabilities' instead.");
                        }

                        if (parameter == "shared_memory_region")
                        {
                            // Left unread, the client would take what lies in its memory from before for the answer.
                            throw RequestException.Bad("This server does not have the shared memory extensions. Leave shared_memory_region out: the outputs come in the answer.");
                        }

                        binary = parameter == "binary_data" ? r.GetBoolean() : binary;
                    });
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new RequestedOutput(name ?? throw RequestException.Bad("An output has no name. Name it, or leave outputs out for all."), binary);
    }

    private static long[] ReadShape(ref Utf8JsonReader reader)
    {
        Check(ref reader, JsonTokenType.StartArray, "shape");
        List<long> shape = [];
        double elements = 1;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            long dimension = reader.GetInt64();
            elements *= dimension;
            if (dimension < 0 || elements > int.MaxValue || shape.Count == MaximumRank)
            {
                throw RequestException.Bad($"A shape has up to {MaximumRank} dimensions of 0 or more and at most {int.MaxValue} elements.");
            }

            shape.Add(dimension);
        }

        return [.. shape];
    }

    private static void ReadParameters(ref Utf8JsonReader reader, ParameterVisitor visit)
    {
        Check(ref reader, JsonTokenType.StartObject, "parameters");
        while (NextProperty(ref reader) is { } name)
        {
            visit(ref reader, name);
            reader.Skip();
        }
    }

    private static void ReadList<T>(ref Utf8JsonReader reader, string what, List<T> into, int most, ReadOnlyMemory<byte> json, ItemReader<T> read)
    {
        Check(ref reader, JsonTokenType.StartArray, what);
        into.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (into.Count == most)
            {
                throw RequestException.Bad($"{what} has more than {most} entries.");
            }

            into.Add(read(ref reader, json));
        }
    }

    /// <summary>Goes to the value of the next property; null at the end of the object.</summary>
    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        string name = reader.GetString()!;
        reader.Read();
        return name;
    }

    private static string Text(ref Utf8JsonReader reader, string what)
    {
        string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException($"{what} is no string.");
        return text.Length <= LongestName ? text : throw RequestException.Bad($"{what} has {text.Length} characters; at most {LongestName} are read.");
    }

    private static void Start(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        reader.Read();
        Check(ref reader, type, what);
    }

    private static void Check(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
        {
            throw new JsonException($"{what} is no {(type == JsonTokenType.StartObject ? "object" : "array")}.");
        }
    }

    private delegate void ParameterVisitor(ref Utf8JsonReader reader, string name);

    private delegate T ItemReader<out T>(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json);

    private sealed record InputHeader(string Name, string Datatype, long[] Shape, long? BinarySize, ReadOnlyMemory<byte>? Data);
}
