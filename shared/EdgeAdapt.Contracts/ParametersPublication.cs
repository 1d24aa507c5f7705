using System.Diagnostics.CodeAnalysis;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Contracts;

/// <summary>A parameter set on its way to the devices of a group, retained so that a device that was away finds the newest.</summary>
public sealed record ParametersPublication
{
    /// <summary>The user property that holds the signature over the payload, in the form of <see cref="ParameterSignature.ToString"/>.</summary>
    public const string SignatureProperty = "signature";

    /// <summary>Whose devices they are.</summary>
    public string Tenant { get; init; } = Topics.DefaultTenant;

    /// <summary>The adaptation group.</summary>
    public required string Group { get; init; }

    /// <summary>The model's topic name.</summary>
    public required string Model { get; init; }

    /// <summary>The set. All values are finite; whether it fits a model is for the receiver to check against that model.</summary>
    public required ParameterSet Set { get; init; }

    /// <summary>When the cloud published it.</summary>
    public required DateTimeOffset Published { get; init; }

    /// <summary>W3C trace context of the adaptation step, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The retained message. What <see cref="TryParse"/> would refuse is an <see cref="ArgumentException"/>.</summary>
    /// <param name="key">Signs the payload; null sends it unsigned.</param>
    public MqttMessage ToMessage(SigningKey? key = null)
    {
        byte[] payload = ParameterSetFile.ToBytes(Set);
        var attributes = new CloudEventAttributes
        {
            Id = ContentHash.IdOf(payload),
            Source = CloudEventAttributes.CloudSource(Tenant),
            Type = EventTypes.ParametersPublished,
            Time = Published,
            Subject = Model,
            TraceParent = TraceParent,
        };
        Dictionary<string, string> properties = attributes.ToProperties();
        if (key is not null)
        {
            properties[SignatureProperty] = key.Sign(payload).ToString();
        }

        var message = new MqttMessage
        {
            Topic = Topics.GroupParameters(Tenant, Group, Model),
            Payload = payload,
            ContentType = ContentTypes.Parameters,
            UserProperties = properties,
            Retain = true,
        };
        return TryParse(message, out _, out string? fault) ? message : throw new ArgumentException(fault);
    }

    /// <summary>
    /// The signature that came with a message, or null where there is none to read. It is over the payload's bytes, so a receiver checks it before it reads them.
    /// </summary>
    public static ParameterSignature? SignatureOf(MqttMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ParameterSignature.TryParse(message.UserProperties.GetValueOrDefault(SignatureProperty), out ParameterSignature? signature) ? signature : null;
    }

    /// <summary>Reads a publication, or says in a sentence what is wrong with it. Accepts any message whatever and never throws for its content.</summary>
    public static bool TryParse(
        MqttMessage message, [NotNullWhen(true)] out ParametersPublication? publication, [NotNullWhen(false)] out string? fault)
    {
        publication = null;
        if (!MessageParts.TryRead(message, TopicKind.GroupParameters, EventTypes.ParametersPublished, out MessageParts? parts, out fault))
        {
            return false;
        }

        ParameterSet? set = ParameterPayload.Read(message, parts.Properties);
        fault = parts.Properties.Fault;
        if (fault is not null)
        {
            return false;
        }

        publication = new ParametersPublication
        {
            Tenant = parts.Address.Tenant,
            Group = parts.Address.Group!,
            Model = parts.Address.Model!,
            Set = set!,
            Published = parts.Attributes.Time,
            TraceParent = parts.Attributes.TraceParent,
        };
        return true;
    }
}
