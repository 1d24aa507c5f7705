using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeAdapt.Contracts;

/// <summary>
/// The CloudEvents 1.0 context attributes of a message. In MQTT 5's binary content mode each is a user property of its own
/// name, and datacontenttype is MQTT's content type.
/// </summary>
internal sealed record CloudEventAttributes
{
    private const string SpecificationVersion = "1.0";

    /// <summary>Unique among the events of a source.</summary>
    public required string Id { get; init; }

    /// <summary>Who sent it, a URI reference.</summary>
    public required string Source { get; init; }

    /// <summary>One of <see cref="EventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What it is about, or null.</summary>
    public string? Subject { get; init; }

    /// <summary>W3C trace context, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The source of what a device sends.</summary>
    public static string DeviceSource(string tenant, string device) => $"/edgeadapt/v1/{tenant}/{device}";

    /// <summary>The source of what the cloud sends.</summary>
    public static string CloudSource(string tenant) => $"/edgeadapt/v1/{tenant}";

    /// <summary>The attributes as user properties, to which a message adds its own.</summary>
    public Dictionary<string, string> ToProperties()
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["specversion"] = SpecificationVersion,
            ["id"] = Id,
            ["source"] = Source,
            ["type"] = Type,
            ["time"] = Time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        };
        if (Subject is not null)
        {
            properties["subject"] = Subject;
        }

        if (Contracts.TraceParent.IsValid(TraceParent))
        {
            properties["traceparent"] = TraceParent;
        }

        return properties;
    }

    /// <summary>Reads the attributes of a message that must be of the given type.</summary>
    public static bool TryRead(
        MqttMessage message, string type, [NotNullWhen(true)] out CloudEventAttributes? attributes, [NotNullWhen(false)] out string? fault)
    {
        attributes = null;
        var properties = new PropertyReader(message);
        if (properties.Text("specversion") is { } version && version != SpecificationVersion)
        {
            properties.Refuse($"has CloudEvents version '{PropertyReader.Quoted(version)}', and only {SpecificationVersion} is read. Update the older side");
        }

        if (properties.Text("type") is { } given && given != type)
        {
            properties.Refuse($"has type '{PropertyReader.Quoted(given)}' where '{type}' belongs. Check who publishes on this topic");
        }

        string? id = properties.Text("id");
        string? source = properties.Text("source");
        DateTimeOffset? time = properties.Time("time");
        fault = properties.Fault;
        if (fault is not null)
        {
            return false;
        }

        // A damaged trace context costs a link in a trace; refusing the message for it would cost the sample.
        string? trace = properties.OptionalText("traceparent");
        attributes = new CloudEventAttributes
        {
            Id = id!,
            Source = source!,
            Type = type,
            Time = time!.Value,
            Subject = properties.OptionalText("subject"),
            TraceParent = Contracts.TraceParent.IsValid(trace) ? trace : null,
        };
        return true;
    }
}
