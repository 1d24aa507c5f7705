using System.Text.Json;

namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>The lines of an agent's report.</summary>
internal static class ReportLines
{
    /// <summary>Those of one type, in order.</summary>
    public static IReadOnlyList<JsonElement> Of(string path, string type) =>
        [.. File.ReadAllLines(path).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("type").GetString() == type)];
}
