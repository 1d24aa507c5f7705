using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeAdapt.Contracts;

/// <summary>How a device's stream looks, in numbers alone: histograms of its answers, how far its layers' inputs are from the source's, and what changed. Only the newest matters.</summary>
public sealed record TelemetryReport
{
    /// <summary>The device's adaptation group.</summary>
    public required string Group { get; init; }

    /// <summary>SHA-256 of the device's model file, lower-case hexadecimal.</summary>
    public required string BaseModelSha256 { get; init; }

    /// <summary>Version of the parameter set that answers; 0 for the model as built.</summary>
    public long ParameterVersion { get; init; }

    /// <summary>Frames answered since the device's start.</summary>
    public required long Frames { get; init; }

    /// <summary>The answers of the last complete window, or of the first one while it is not complete; null before the first answer.</summary>
    public TelemetryWindow? Window { get; init; }

    /// <summary>How far each layer's input is from the source's, in the model's order; empty where the device does not estimate statistics. At most <see cref="MaximumLayers"/>.</summary>
    public IReadOnlyList<TelemetryLayer> Layers { get; init; } = [];

    /// <summary>Mean entropy, as a share of ln K, that the detectors compare with; null while they learn it.</summary>
    public double? ReferenceEntropy { get; init; }

    /// <summary>How near an alarm is: 0 for nothing seen, 1 raises it.</summary>
    public double Suspicion { get; init; }

    /// <summary>Frames since the entropy's mean last changed, as far as ADWIN can tell.</summary>
    public long AdaptiveWindowFrames { get; init; }

    /// <summary>Changes detected since the device's start.</summary>
    public long Changes { get; init; }

    /// <summary>The last of them; null for none.</summary>
    public TelemetryChange? LastChange { get; init; }

    /// <summary>The most layers that a report may name.</summary>
    public const int MaximumLayers = 2048;

    /// <summary>The message to publish. What <see cref="TryParse"/> would refuse is an <see cref="ArgumentException"/>.</summary>
    public MqttMessage ToMessage(string tenant, string device, string model, DateTimeOffset reported)
    {
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(this, PayloadJson.Options);
        var attributes = new CloudEventAttributes
        {
            Id = ContentHash.IdOf(payload),
            Source = CloudEventAttributes.DeviceSource(tenant, device),
            Type = EventTypes.TelemetryReported,
            Time = reported,
            Subject = model,
        };
        var message = new MqttMessage
        {
            Topic = Topics.Telemetry(tenant, device, model),
            Payload = payload,
            ContentType = ContentTypes.Json,
            UserProperties = attributes.ToProperties(),
        };
        return TryParse(message, out _, out string? fault) ? message : throw new ArgumentException(fault);
    }

    /// <summary>Reads a report, or says in a sentence what is wrong with it. Accepts any message whatever and never throws for its content.</summary>
    public static bool TryParse(MqttMessage message, [NotNullWhen(true)] out TelemetryReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        if (!MessageParts.TryRead(message, TopicKind.Telemetry, EventTypes.TelemetryReported, out MessageParts? parts, out fault))
        {
            return false;
        }

        TelemetryReport? read = PayloadJson.Read<TelemetryReport>(message, parts.Properties);
        if (read is not null && read.FindFault() is { } wrong)
        {
            parts.Properties.Refuse($"{wrong}. Check the agent's version");
        }

        fault = parts.Properties.Fault;
        report = fault is null ? read : null;
        return fault is null;
    }

    private string? FindFault() =>
        !Topics.IsName(Group) ? "names a group that cannot stand in a topic"
        : !ContentHash.IsSha256(BaseModelSha256) ? "names no model file by its SHA-256"
        : Frames < 0 || ParameterVersion < 0 || AdaptiveWindowFrames < 0 || Changes < 0 ? "counts fewer than nothing"
        : !(Suspicion >= 0 && double.IsFinite(Suspicion)) || ReferenceEntropy is not (null or (>= 0 and <= 1)) ? "holds a reference or a suspicion that no detector has"
        : Window is not null && !Window.IsUsable() ? "holds histograms that do not fit its number of frames"
        : Layers.Count > MaximumLayers || !Layers.All(layer => layer is not null && layer.IsUsable()) ? "holds distances of layers that cannot be"
        : LastChange is not null && !LastChange.IsUsable() ? "holds a change that cannot be"
        : null;
}
