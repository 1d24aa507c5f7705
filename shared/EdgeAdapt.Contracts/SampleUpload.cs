using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeAdapt.Contracts;

/// <summary>A sample that a device found worth learning from: the encoded image as it is, and what the device knew about it.</summary>
public sealed record SampleUpload
{
    private const string GroupProperty = "group";
    private const string BaseModelProperty = "basemodel";
    private const string VersionProperty = "parameterversion";
    private const string EntropyProperty = "entropy";
    private const string AuditProperty = "audit";
    private const string AuditClassProperty = "auditclass";
    private const string AuditOnly = "only";
    private const string AuditAlso = "also";

    /// <summary><see cref="ContentHash.IdOf"/> of <see cref="Content"/>: the cloud recognizes a repeated upload by it.</summary>
    public required string Id { get; init; }

    /// <summary>Whose device it is.</summary>
    public string Tenant { get; init; } = Topics.DefaultTenant;

    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    /// <summary>The adaptation group that the device belongs to.</summary>
    public required string Group { get; init; }

    /// <summary>The model's topic name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the device's model file, lower-case hexadecimal.</summary>
    public required string BaseModelSha256 { get; init; }

    /// <summary>Version of the parameter set that the device answered with; 0 for the model as built.</summary>
    public required long ParameterVersion { get; init; }

    /// <summary>Entropy of the device's answer in nats, from 0.</summary>
    public required float Entropy { get; init; }

    /// <summary>Media type of <see cref="Content"/>: one of those that <see cref="ContentTypes.IsSample"/> accepts.</summary>
    public required string ContentType { get; init; }

    /// <summary>The encoded image, not empty. A parsed upload shares this memory with the message it came from.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>When the frame was taken.</summary>
    public required DateTimeOffset Captured { get; init; }

    /// <summary>Set for a sample that was drawn at random; null for one that was only selected.</summary>
    public SampleAudit? Audit { get; init; }

    /// <summary>W3C trace context of the inference, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The message to publish. A name, type or hash that <see cref="TryParse"/> would refuse is an <see cref="ArgumentException"/>.</summary>
    public MqttMessage ToMessage()
    {
        var attributes = new CloudEventAttributes
        {
            Id = Id,
            Source = CloudEventAttributes.DeviceSource(Tenant, Device),
            Type = EventTypes.SampleUploaded,
            Time = Captured,
            Subject = Model,
            TraceParent = TraceParent,
        };
        Dictionary<string, string> properties = attributes.ToProperties();
        properties[GroupProperty] = Group;
        properties[BaseModelProperty] = BaseModelSha256;
        properties[VersionProperty] = ParameterVersion.ToString(CultureInfo.InvariantCulture);
        properties[EntropyProperty] = Entropy.ToString("R", CultureInfo.InvariantCulture);
        if (Audit is { } audit)
        {
            properties[AuditProperty] = audit.Selected ? AuditAlso : AuditOnly;
            properties[AuditClassProperty] = audit.Class.ToString(CultureInfo.InvariantCulture);
        }

        var message = new MqttMessage
        {
            Topic = Topics.Samples(Tenant, Device, Model),
            Payload = Content,
            ContentType = ContentType,
            UserProperties = properties,
        };
        return TryParse(message, out _, out string? fault) ? message : throw new ArgumentException(fault);
    }

    /// <summary>Reads an upload, or says in a sentence what is wrong with it. Accepts any message whatever and never throws for its content.</summary>
    public static bool TryParse(MqttMessage message, [NotNullWhen(true)] out SampleUpload? upload, [NotNullWhen(false)] out string? fault)
    {
        upload = null;
        if (!MessageParts.TryRead(message, TopicKind.Samples, EventTypes.SampleUploaded, out MessageParts? parts, out fault))
        {
            return false;
        }

        PropertyReader properties = parts.Properties;
        string? group = properties.Text(GroupProperty, Topics.IsName, "is no group name");
        string? baseModel = properties.Text(BaseModelProperty, ContentHash.IsSha256, "is no SHA-256 in lower-case hexadecimal");
        long? version = properties.Count(VersionProperty);
        float? entropy = properties.NonNegative(EntropyProperty);
        SampleAudit? audit = ReadAudit(properties);
        if (!ContentTypes.IsSample(message.ContentType))
        {
            properties.Refuse($"has content type '{PropertyReader.Quoted(message.ContentType ?? string.Empty)}'. Send {ContentTypes.Jpeg}, {ContentTypes.Png} or {ContentTypes.NpyFrame}");
        }
        else if (message.Payload.IsEmpty)
        {
            properties.Refuse("has no payload. Send the encoded image");
        }
        else if (ContentHash.IdOf(message.Payload.Span) != parts.Attributes.Id)
        {
            properties.Refuse("has an id that does not belong to its payload. Was it changed on the way? Upload it again");
        }

        fault = properties.Fault;
        if (fault is not null)
        {
            return false;
        }

        upload = new SampleUpload
        {
            Id = parts.Attributes.Id,
            Tenant = parts.Address.Tenant,
            Device = parts.Address.Device!,
            Group = group!,
            Model = parts.Address.Model!,
            BaseModelSha256 = baseModel!,
            ParameterVersion = version!.Value,
            Entropy = entropy!.Value,
            ContentType = message.ContentType!,
            Content = message.Payload,
            Captured = parts.Attributes.Time,
            TraceParent = parts.Attributes.TraceParent,
            Audit = audit,
        };
        return true;
    }

    /// <summary>The mark of an audit sample; without one a sample is an ordinary one, as those of agents are that know no audit.</summary>
    private static SampleAudit? ReadAudit(PropertyReader properties)
    {
        if (properties.OptionalText(AuditProperty) is null)
        {
            return null;
        }

        string? kind = properties.Text(AuditProperty, k => k is AuditOnly or AuditAlso, $"is neither '{AuditOnly}' nor '{AuditAlso}'");
        long? answered = properties.Count(AuditClassProperty);
        if (answered > int.MaxValue)
        {
            properties.RefuseValue(AuditClassProperty, answered.Value.ToString(CultureInfo.InvariantCulture), "is no class");
        }

        return properties.Fault is null ? new SampleAudit((int)answered!.Value, kind == AuditAlso) : null;
    }
}
