using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Cloud.Service;

/// <summary>The log messages of the host. Ids are stable: operators' alerts name them.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(EventIds.CloudService, LogLevel.Information, "Adapting '{Model}' ({Sha256}) with the teacher {TeacherSha256} for tenant '{Tenant}', {Sessions} groups resumed; REST on {Urls}")]
    public static partial void Started(this ILogger logger, string model, string sha256, string teacherSha256, string tenant, int sessions, string urls);

    [LoggerMessage(EventIds.CloudService + 1, LogLevel.Information, "Broker {Host}:{Port}: {State}")]
    public static partial void BrokerState(this ILogger logger, string host, int port, MqttSessionState state);

    [LoggerMessage(EventIds.CloudService + 2, LogLevel.Information, "Stopped; {Sessions} groups saved")]
    public static partial void Stopped(this ILogger logger, int sessions);

    [LoggerMessage(EventIds.CloudService + 3, LogLevel.Critical, "The adaptation work has ended with an error; the service stops")]
    public static partial void Failed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.CloudService + 4, LogLevel.Error, "The counters of {Session} could not be saved; its training state is that of its last step")]
    public static partial void NotSaved(this ILogger logger, Exception exception, string session);
}
