using EdgeAdapt.Cloud.Core.Ingest;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core;

/// <summary>The log messages of the service's core. Ids are stable: operators' alerts name them.</summary>
internal static partial class CloudLog
{
    [LoggerMessage(EventIds.CloudIngest, LogLevel.Warning, "Refused a sample of {Device} ({Reason}): {Fault}")]
    public static partial void SampleRefused(this ILogger logger, string device, RefusalReason reason, string fault);

    [LoggerMessage(EventIds.CloudIngest + 1, LogLevel.Error, "{Count} samples of {Session} could not be stored and are not acknowledged; their devices send them again. Free space on the disk.")]
    public static partial void StoreFailed(this ILogger logger, Exception exception, int count, SessionKey session);

    [LoggerMessage(EventIds.CloudIngest + 2, LogLevel.Warning, "Ignored a statistics report: {Fault}")]
    public static partial void StatisticsIgnored(this ILogger logger, string fault);

    [LoggerMessage(EventIds.CloudIngest + 3, LogLevel.Warning, "Ignored a device status: {Fault}")]
    public static partial void StatusIgnored(this ILogger logger, string fault);

    [LoggerMessage(EventIds.CloudIngest + 4, LogLevel.Debug, "{Count} samples acknowledged to {Device}, {Refused} refused: {Outcome}")]
    public static partial void Acknowledged(this ILogger logger, int count, string device, int refused, PublishOutcome outcome);

    [LoggerMessage(EventIds.CloudIngest + 5, LogLevel.Warning, "The queue of {Session} is full: dropped the oldest {Count} waiting samples. Adaptation is slower than the uploads; select fewer samples or give it more cores.")]
    public static partial void QueueOverflowed(this ILogger logger, SessionKey session, int count);

    [LoggerMessage(EventIds.CloudIngest + 6, LogLevel.Error, "Handling incoming messages failed; the messages are not acknowledged and their devices send them again")]
    public static partial void IngestFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.CloudIngest + 7, LogLevel.Warning, "Ignored a telemetry report: {Fault}")]
    public static partial void TelemetryIgnored(this ILogger logger, string fault);

    [LoggerMessage(EventIds.CloudIngest + 8, LogLevel.Information, "The stream of {Device} in group {Group} has changed ({Detector}, {Direction}): mean entropy {Before} before and {After} since, as shares of ln K")]
    public static partial void DeviceDrifted(this ILogger logger, string device, string group, string detector, string direction, double? before, double? after);

    [LoggerMessage(EventIds.CloudAdaptation, LogLevel.Information, "Session {Session} opened: version {Version}, {Queued} samples wait, {Replay} in the replay buffer")]
    public static partial void SessionOpened(this ILogger logger, SessionKey session, long version, int queued, int replay);

    [LoggerMessage(EventIds.CloudAdaptation + 1, LogLevel.Information, "{Session} step {Step} made version {Version} in {Milliseconds:F0} ms (teacher loss {TeacherLoss:G4}, student loss {StudentLoss:G4})")]
    public static partial void Adapted(this ILogger logger, SessionKey session, long step, long version, double milliseconds, double? teacherLoss, double studentLoss);

    [LoggerMessage(EventIds.CloudAdaptation + 2, LogLevel.Error, "{Session} step {Step} diverged: {Fault}. Its result is thrown away and nothing is published; lower the learning rate if this repeats.")]
    public static partial void Diverged(this ILogger logger, SessionKey session, long step, string fault);

    [LoggerMessage(EventIds.CloudAdaptation + 3, LogLevel.Error, "A step of {Session} failed and is tried again after {Delay}")]
    public static partial void StepFailed(this ILogger logger, Exception exception, SessionKey session, TimeSpan delay);

    [LoggerMessage(EventIds.CloudAdaptation + 4, LogLevel.Error, "The teacher could not answer audit samples of {Session}; they are left out of its estimate")]
    public static partial void AuditFailed(this ILogger logger, Exception exception, SessionKey session);

    [LoggerMessage(EventIds.CloudPublish, LogLevel.Information, "{Session} version {Version} published ({Bytes} bytes)")]
    public static partial void Published(this ILogger logger, SessionKey session, long version, long bytes);

    [LoggerMessage(EventIds.CloudPublish + 1, LogLevel.Warning, "{Session} version {Version} not published: {Outcome}. It is tried again.")]
    public static partial void NotPublished(this ILogger logger, SessionKey session, long version, PublishOutcome outcome);

    [LoggerMessage(EventIds.CloudPublish + 2, LogLevel.Information, "{Session} version {Version} sent anew on an operator's word: {Outcome}")]
    public static partial void Reissued(this ILogger logger, SessionKey session, long version, PublishOutcome outcome);

    [LoggerMessage(EventIds.CloudStore, LogLevel.Error, "The sample file {Path} is damaged, a copy or of another version; it is left out")]
    public static partial void SampleFileDamaged(this ILogger logger, string path);

    [LoggerMessage(EventIds.CloudStore + 1, LogLevel.Error, "The parameter set {Path} in the history is damaged; it is removed")]
    public static partial void ParameterFileDamaged(this ILogger logger, string path);

    [LoggerMessage(EventIds.CloudStore + 2, LogLevel.Error, "The checkpoint {Path} cannot be used: {Fault}. It is kept as {Kept}; training starts again from the base model on the samples that are stored, and versions go on counting.")]
    public static partial void CheckpointDamaged(this ILogger logger, string path, string fault, string kept);

    [LoggerMessage(EventIds.CloudStore + 3, LogLevel.Error, "The ids of {Count} deleted samples of {Folder} could not be saved: {Reason} Until the next start they are known; after it a device that sends one of them again has it stored again.")]
    public static partial void DeletedIdsNotSaved(this ILogger logger, int count, string folder, string reason);
}
