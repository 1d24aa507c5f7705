namespace EdgeAdapt.Contracts;

/// <summary>The CloudEvents types of this protocol's messages.</summary>
public static class EventTypes
{
    /// <summary>A device uploads a sample.</summary>
    public const string SampleUploaded = "io.edgeadapt.sample.uploaded.v1";

    /// <summary>A device reports normalization statistics.</summary>
    public const string StatisticsReported = "io.edgeadapt.statistics.reported.v1";

    /// <summary>A device reports how its stream looks, in numbers.</summary>
    public const string TelemetryReported = "io.edgeadapt.telemetry.reported.v1";

    /// <summary>The cloud has samples of a device on its disk.</summary>
    public const string SamplesStored = "io.edgeadapt.samples.stored.v1";

    /// <summary>The cloud publishes a parameter set.</summary>
    public const string ParametersPublished = "io.edgeadapt.parameters.published.v1";

    /// <summary>A device has answered a frame.</summary>
    public const string FrameAnswered = "io.edgeadapt.frame.answered.v1";

    /// <summary>A device reports its condition.</summary>
    public const string DeviceReported = "io.edgeadapt.device.reported.v1";
}
