using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Imaging;
using EdgeAdapt.Messaging;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Cloud.Service.Settings;

/// <summary>Settings that have been checked, with the models loaded: what the service is built from.</summary>
public sealed record CloudSetup
{
    /// <summary>The tenant whose devices are served.</summary>
    public required string Tenant { get; init; }

    /// <summary>The folder that holds everything the service must not lose.</summary>
    public required string State { get; init; }

    /// <summary>Where the REST interface listens.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The student's name, input and preprocessing.</summary>
    public required ModelManifest Manifest { get; init; }

    /// <summary>The model that runs on the devices.</summary>
    public required NormalizationModel Student { get; init; }

    /// <summary>The model that teaches it.</summary>
    public required NormalizationModel Teacher { get; init; }

    /// <summary>How to adapt.</summary>
    public required CemaOptions Options { get; init; }

    /// <summary>How much each session keeps.</summary>
    public AdaptationSessionOptions Sessions { get; init; } = new();

    /// <summary>How training steps run.</summary>
    public required SessionSettings Training { get; init; }

    /// <summary>The broker; the client identifier is put in from the state folder.</summary>
    public required MqttSessionOptions Broker { get; init; }

    /// <summary>Signs parameter sets, or null. The service that is built from this owns it.</summary>
    public SigningKey? SigningKey { get; init; }

    /// <summary>The OpenTelemetry collector that traces and metrics are sent to; null for what the environment says, if anything.</summary>
    public string? Otlp { get; init; }
}
