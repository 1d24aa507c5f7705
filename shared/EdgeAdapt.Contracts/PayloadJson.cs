using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAdapt.Contracts;

/// <summary>How JSON payloads are written and read.</summary>
internal static class PayloadJson
{
    /// <summary>Camel case, absent for null, and no null where the type allows none.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>Reads a payload; null, and a fault in the reader, where it is not one.</summary>
    public static T? Read<T>(MqttMessage message, PropertyReader properties)
        where T : class
    {
        if (message.ContentType != ContentTypes.Json)
        {
            properties.Refuse($"has content type '{PropertyReader.Quoted(message.ContentType ?? string.Empty)}' where {ContentTypes.Json} belongs. Check who publishes there");
            return null;
        }

        try
        {
            T? read = JsonSerializer.Deserialize<T>(message.Payload.Span, Options);
            if (read is null)
            {
                properties.Refuse("holds the JSON value null. Check who publishes there");
            }

            return read;
        }
        catch (JsonException e)
        {
            properties.Refuse($"holds JSON of another form ({PropertyReader.Quoted(e.Message)}). Check who publishes there");
            return null;
        }
    }
}
