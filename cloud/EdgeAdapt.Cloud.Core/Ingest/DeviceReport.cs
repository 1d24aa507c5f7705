using EdgeAdapt.Contracts;

namespace EdgeAdapt.Cloud.Core.Ingest;

/// <summary>The last status of one device.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Status">What it said.</param>
/// <param name="Received">When the service received it; a retained status is received at each connect.</param>
public sealed record DeviceReport(string Device, DeviceStatus Status, DateTimeOffset Received);
