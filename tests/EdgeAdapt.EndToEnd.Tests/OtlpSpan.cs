namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>One span as a collector got it; ids in lower-case hexadecimal, an empty parent for a root. Of the attributes only texts are kept.</summary>
internal sealed record OtlpSpan(
    string Service, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<(string TraceId, string SpanId)> Links);
