using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Cloud.Service.Settings;

/// <summary>What the command line says, not yet checked: see <see cref="CloudSettingsCheck"/>.</summary>
public sealed record CloudSettings
{
    /// <summary>The model that runs on the devices, an .onnx file.</summary>
    public required string Student { get; init; }

    /// <summary>The model that teaches it, an .onnx file with the same classes and input.</summary>
    public required string Teacher { get; init; }

    /// <summary>The broker as host:port.</summary>
    public required string Broker { get; init; }

    /// <summary>The folder that holds everything the service must not lose.</summary>
    public required string State { get; init; }

    /// <summary>Where the REST interface listens, separated by ';'.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>The model's name on topics, or null for the one in its manifest or file name.</summary>
    public string? Model { get; init; }

    /// <summary>The tenant whose devices are served.</summary>
    public string Tenant { get; init; } = Topics.DefaultTenant;

    /// <summary>Mean of each channel of the model's input as <c>0.485,0.456,0.406</c>, or null for that of its manifest.</summary>
    public string? Mean { get; init; }

    /// <summary>Standard deviation of each channel, likewise.</summary>
    public string? StandardDeviation { get; init; }

    /// <summary>How to adapt: <c>default</c>, or <c>paper</c> for the constants of CEMA (ICLR 2024) as published.</summary>
    public string Profile { get; init; } = "default";

    /// <summary>Seed of the draws from the replay buffer, or null for the profile's.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Threads of a training step; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>User name at the broker, or null.</summary>
    public string? Username { get; init; }

    /// <summary>File with the password at the broker, or null.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>PEM file of the authorities that may sign the broker's certificate; turns TLS on. Or null.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the service's certificate at the broker, or null.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its private key, or null.</summary>
    public string? KeyFile { get; init; }

    /// <summary>PEM file of the private key that signs parameter sets, or null for sets that are not signed.</summary>
    public string? SigningKey { get; init; }

    /// <summary>The OpenTelemetry collector that traces and metrics are sent to, OTLP over HTTP; null for what the environment says, if anything.</summary>
    public string? Otlp { get; init; }

    /// <summary>Messages that the broker may send ahead of their acknowledgement.</summary>
    public int ReceiveMaximum { get; init; } = MqttSessionOptions.DefaultReceiveMaximum;
}
