namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>One uploaded sample as it lies on the disk.</summary>
public sealed record SampleContent
{
    /// <summary>The identifier that the device gave it, 32 lower-case hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The device that uploaded it.</summary>
    public required string Device { get; init; }

    /// <summary>The parameter version that the device answered with.</summary>
    public long ParameterVersion { get; init; }

    /// <summary>Entropy of the device's answer in nats.</summary>
    public float Entropy { get; init; }

    /// <summary>Media type of <see cref="Content"/>.</summary>
    public required string ContentType { get; init; }

    /// <summary>When the device took the picture.</summary>
    public DateTimeOffset Captured { get; init; }

    /// <summary>When the service received it.</summary>
    public DateTimeOffset Received { get; init; }

    /// <summary>W3C trace context of the upload, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The encoded picture, as uploaded.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ReadOnlyMemory<byte> Content { get; init; }
}
