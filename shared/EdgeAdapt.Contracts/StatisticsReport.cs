using System.Diagnostics.CodeAnalysis;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Contracts;

/// <summary>The normalization statistics that a device answers with: what the cloud trains under.</summary>
public sealed record StatisticsReport
{
    /// <summary>Whose device it is.</summary>
    public string Tenant { get; init; } = Topics.DefaultTenant;

    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    /// <summary>The device's adaptation group.</summary>
    public required string Group { get; init; }

    /// <summary>The model's topic name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the device's model file, lower-case hexadecimal.</summary>
    public required string BaseModelSha256 { get; init; }

    /// <summary>Version of the parameter set that the device answers with; 0 for the model as built.</summary>
    public long ParameterVersion { get; init; }

    /// <summary>Frames that the statistics have seen.</summary>
    public required long Frames { get; init; }

    /// <summary>
    /// Mean and variance <c>[C]</c> of each normalization layer's input, under the names that the model gives its mean and
    /// variance tensors in parameter sets. All finite, all variances from 0; whoever uses them checks names and lengths against the model.
    /// </summary>
    public required IReadOnlyDictionary<string, float[]> Tensors { get; init; }

    /// <summary>When the device took them.</summary>
    public required DateTimeOffset Reported { get; init; }

    /// <summary>W3C trace context, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The message to publish. What <see cref="TryParse"/> would refuse is an <see cref="ArgumentException"/>.</summary>
    public MqttMessage ToMessage()
    {
        var manifest = new ParameterSetManifest
        {
            BaseModelSha256 = BaseModelSha256,
            Version = ParameterVersion,
            Scope = Group,
            SamplesSeen = Frames,
        };
        byte[] payload = ParameterSetFile.ToBytes(new ParameterSet(manifest, Tensors));
        var attributes = new CloudEventAttributes
        {
            Id = ContentHash.IdOf(payload),
            Source = CloudEventAttributes.DeviceSource(Tenant, Device),
            Type = EventTypes.StatisticsReported,
            Time = Reported,
            Subject = Model,
            TraceParent = TraceParent,
        };
        var message = new MqttMessage
        {
            Topic = Topics.Statistics(Tenant, Device, Model),
            Payload = payload,
            ContentType = ContentTypes.Parameters,
            UserProperties = attributes.ToProperties(),
        };
        return TryParse(message, out _, out string? fault) ? message : throw new ArgumentException(fault);
    }

    /// <summary>Reads a report, or says in a sentence what is wrong with it. Accepts any message whatever and never throws for its content.</summary>
    public static bool TryParse(MqttMessage message, [NotNullWhen(true)] out StatisticsReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        if (!MessageParts.TryRead(message, TopicKind.Statistics, EventTypes.StatisticsReported, out MessageParts? parts, out fault))
        {
            return false;
        }

        ParameterSet? set = ParameterPayload.Read(message, parts.Properties);
        if (set is not null && !Topics.IsName(set.Manifest.Scope))
        {
            parts.Properties.Refuse("names a group that cannot stand in a topic. Correct the agent's settings");
        }

        if (set is not null && set.Manifest.SamplesSeen < 0)
        {
            parts.Properties.Refuse("counts fewer than 0 frames. Check the agent's version");
        }

        fault = parts.Properties.Fault;
        if (fault is not null)
        {
            return false;
        }

        report = new StatisticsReport
        {
            Tenant = parts.Address.Tenant,
            Device = parts.Address.Device!,
            Group = set!.Manifest.Scope,
            Model = parts.Address.Model!,
            BaseModelSha256 = set.Manifest.BaseModelSha256,
            ParameterVersion = set.Manifest.Version,
            Frames = set.Manifest.SamplesSeen,
            Tensors = set.Tensors,
            Reported = parts.Attributes.Time,
            TraceParent = parts.Attributes.TraceParent,
        };
        return true;
    }
}
