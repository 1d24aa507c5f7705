using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAdapt.Evaluation;

/// <summary>How cell files are written.</summary>
internal static class EvaluationJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
