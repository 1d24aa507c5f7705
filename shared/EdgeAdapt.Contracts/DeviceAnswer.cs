using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAdapt.Contracts;

/// <summary>What a device answered to one frame, for whoever acts on it. Sent at most once: the next answer is better than an old one repeated.</summary>
public sealed record DeviceAnswer
{
    /// <summary>The longest <see cref="Label"/> or <see cref="Name"/> in characters.</summary>
    public const int MaximumTextLength = 256;

    /// <summary>The class of the largest logit, from 0.</summary>
    public required int Class { get; init; }

    /// <summary>What the class is called; null where the model's manifest has no names.</summary>
    public string? Label { get; init; }

    /// <summary>Probability of that class, 0 to 1.</summary>
    public required float Confidence { get; init; }

    /// <summary>Entropy of the answer in nats, from 0.</summary>
    public required float Entropy { get; init; }

    /// <summary>Version of the parameter set that answered; 0 for the model as built.</summary>
    public required long ParameterVersion { get; init; }

    /// <summary>How often the statistics had been refreshed by then; 0 for those of the parameter set.</summary>
    public required long StatisticsGeneration { get; init; }

    /// <summary>The frame's number since the agent's start, from 0.</summary>
    public required long Frame { get; init; }

    /// <summary>Where the frame came from: a file name, a topic, a place in a stream. Null where the device keeps that to itself.</summary>
    public string? Name { get; init; }

    /// <summary>When the frame came; the time attribute of the event.</summary>
    [JsonIgnore]
    public DateTimeOffset Captured { get; init; }

    /// <summary>The message to publish. What <see cref="TryParse"/> would refuse is an <see cref="ArgumentException"/>.</summary>
    public MqttMessage ToMessage(string tenant, string device, string model)
    {
        if (FindFault() is { } fault)
        {
            throw new ArgumentException($"The answer {fault}.");
        }

        var attributes = new CloudEventAttributes
        {
            // Numbers begin anew with each start of the agent, times may stand still: together they are an answer's own.
            Id = string.Create(CultureInfo.InvariantCulture, $"{Captured.UtcTicks:x}-{Frame:x}"),
            Source = CloudEventAttributes.DeviceSource(tenant, device),
            Type = EventTypes.FrameAnswered,
            Time = Captured,
            Subject = model,
        };
        return new MqttMessage
        {
            Topic = Topics.Answers(tenant, device, model),
            Payload = JsonSerializer.SerializeToUtf8Bytes(this, PayloadJson.Options),
            ContentType = ContentTypes.Json,
            UserProperties = attributes.ToProperties(),
            Quality = QualityOfService.AtMostOnce,
        };
    }

    /// <summary>Reads an answer, or says in a sentence what is wrong with it. Accepts any message whatever and never throws for its content.</summary>
    public static bool TryParse(MqttMessage message, [NotNullWhen(true)] out DeviceAnswer? answer, [NotNullWhen(false)] out string? fault)
    {
        answer = null;
        if (!MessageParts.TryRead(message, TopicKind.Answers, EventTypes.FrameAnswered, out MessageParts? parts, out fault))
        {
            return false;
        }

        DeviceAnswer? read = PayloadJson.Read<DeviceAnswer>(message, parts.Properties);
        if (read?.FindFault() is { } wrong)
        {
            parts.Properties.Refuse($"{wrong}. Check the agent's version");
        }

        fault = parts.Properties.Fault;
        answer = fault is null ? read! with { Captured = parts.Attributes.Time } : null;
        return fault is null;
    }

    private string? FindFault() =>
        Class < 0 || Frame < 0 || ParameterVersion < 0 || StatisticsGeneration < 0 ? "counts fewer than nothing"
        : Confidence is not (>= 0 and <= 1) || Entropy is not (>= 0 and < float.PositiveInfinity) ? "has a confidence or an entropy that no answer has"
        : Label?.Length > MaximumTextLength || Name?.Length > MaximumTextLength ? $"has a text of more than {MaximumTextLength} characters"
        : null;
}
