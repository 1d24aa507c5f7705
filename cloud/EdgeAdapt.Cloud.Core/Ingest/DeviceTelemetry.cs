using EdgeAdapt.Contracts;

namespace EdgeAdapt.Cloud.Core.Ingest;

/// <summary>The last telemetry of one device.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Model">The model's name as on topics.</param>
/// <param name="Report">What it said.</param>
/// <param name="Received">When the service received it.</param>
public sealed record DeviceTelemetry(string Device, string Model, TelemetryReport Report, DateTimeOffset Received);
