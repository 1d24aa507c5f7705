using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Server;

/// <summary>Every message of the inference server. Ids are stable; that of a removed message stays here with a remark.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(EventIds.EdgeServer, LogLevel.Information, "Answering requests for {Model} at {Address} (Open Inference Protocol v2)")]
    public static partial void Listening(ILogger logger, string model, string address);

    [LoggerMessage(EventIds.EdgeServer + 1, LogLevel.Error, "The request {Method} {Path} failed; this is a defect of the server")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(EventIds.EdgeServer + 2, LogLevel.Error, "An answered image could not be handed to the agent; this is a defect of the server")]
    public static partial void SampleFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.EdgeServer + 3, LogLevel.Information, "{Model} is {State} on a client's request")]
    public static partial void ReadinessChanged(ILogger logger, string model, string state);

    [LoggerMessage(EventIds.EdgeServer + 4, LogLevel.Information, "Stopped answering requests: {Answered} answered, {Refused} refused because the server was full, {LeftOut} images not kept as samples")]
    public static partial void Stopped(ILogger logger, long answered, long refused, long leftOut);

    [LoggerMessage(EventIds.EdgeServer + 5, LogLevel.Warning, "An operator asked at {Client} to go back to version {Version}; version {Active} answers now")]
    public static partial void OperatorReverted(ILogger logger, string client, string version, long active);

    [LoggerMessage(
        EventIds.EdgeServer + 6, LogLevel.Warning,
        "A client sends FP32 images with values that no picture has under the model's mean and standard deviation; they are answered and left out of the statistics. Have the client normalize them, or check --mean and --std. Said once")]
    public static partial void OutOfRange(ILogger logger);
}
