using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAdapt.Evaluation;

/// <summary>How results are written as JSON: camel case, indented; names of protocols as the command line takes them.</summary>
public static class EvaluationJson
{
    /// <summary>The options of the serializer.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
