using System.Text.Json.Serialization;

namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>One line of a report.</summary>
/// <param name="Type">What kind of line it is; the first property in the file.</param>
public abstract record ReportLine([property: JsonPropertyOrder(-1)] string Type);
