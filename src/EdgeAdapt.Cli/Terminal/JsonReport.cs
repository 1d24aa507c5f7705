using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAdapt.Cli;

/// <summary>Writes the JSON files of `--json`: camel case, indented, a line feed at the end.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,

        // A diverged loss is a result too; as a number it would end the report with an exception.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes a report, replacing a file of that name.</summary>
    public static void Write<T>(string path, T report) => File.WriteAllText(path, ToText(report));

    /// <summary>A report as the text of its file.</summary>
    public static string ToText<T>(T report) => JsonSerializer.Serialize(report, Json) + "\n";
}
