using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core;

/// <summary>Every message of the edge core. Ids are stable; that of a removed message stays here with a remark.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.EdgeAgent, LogLevel.Information, "Answering with {Model} (parameter version {Version}) from {Source}; state in {State}")]
    public static partial void Started(ILogger logger, string model, long version, string source, string state);

    [LoggerMessage(EventIds.EdgeAgent + 1, LogLevel.Information, "Source exhausted after {Seen} frames; {Outbox} samples wait for the cloud, for at most {Timeout}")]
    public static partial void Draining(ILogger logger, long seen, int outbox, TimeSpan timeout);

    [LoggerMessage(EventIds.EdgeAgent + 2, LogLevel.Information, "Stopped ({Reason}): {Seen} frames, {Failed} failed, {Uploaded} samples uploaded, {Outbox} kept for the next start")]
    public static partial void Stopped(ILogger logger, string reason, long seen, long failed, long uploaded, int outbox);

    [LoggerMessage(EventIds.EdgeAgent + 3, LogLevel.Error, "The report {Path} cannot be written any more and ends here; the agent goes on: {Reason}")]
    public static partial void ReportStopped(ILogger logger, string path, string reason);

    [LoggerMessage(EventIds.EdgeAgent + 4, LogLevel.Warning, "{Topic}: the broker refused a message; check its access rules for this device")]
    public static partial void MessageRefused(ILogger logger, string topic);

    [LoggerMessage(EventIds.EdgeInference, LogLevel.Warning, "No answer for {Frame}: {Reason}")]
    public static partial void FrameFailed(ILogger logger, string frame, string reason);

    [LoggerMessage(EventIds.EdgeFilter, LogLevel.Warning, "The saved state of the entropy filter is not used and it starts anew: {Reason}")]
    public static partial void FilterStateRefused(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeFilter + 1, LogLevel.Warning, "The state of the entropy filter cannot be saved; after a restart it would start anew: {Reason}")]
    public static partial void FilterStateNotSaved(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeFilter + 2, LogLevel.Information, "The stream is new or has changed: what was held back for that is spent on its next samples ({Bytes} bytes of the byte budget; 0 without one)")]
    public static partial void ReserveReleased(ILogger logger, long bytes);

    [LoggerMessage(EventIds.EdgeOutbox, LogLevel.Information, "Outbox: {Count} samples, {Bytes} bytes; {Unfinished} unfinished files deleted, {Quarantined} damaged ones set aside")]
    public static partial void OutboxOpened(ILogger logger, int count, long bytes, long unfinished, long quarantined);

    [LoggerMessage(EventIds.EdgeOutbox + 1, LogLevel.Error, "Sample {Id} is lost, the disk does not take it, and others may follow: {Reason} Free space, or make the state folder writable")]
    public static partial void SampleNotStored(ILogger logger, string id, string reason);

    // EventIds.EdgeOutbox + 2 was one line a sample dropped from a full outbox; EventIds.EdgeOutbox + 11 counts them.

    [LoggerMessage(EventIds.EdgeOutbox + 3, LogLevel.Debug, "{Path} is set aside: {Reason}")]
    public static partial void SampleQuarantined(ILogger logger, string path, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 4, LogLevel.Warning, "{Path} cannot be set aside: {Reason}")]
    public static partial void QuarantineFailed(ILogger logger, string path, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 5, LogLevel.Warning, "Sample {Id} cannot be read now and is tried again: {Reason}")]
    public static partial void SampleUnreadable(ILogger logger, string id, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 6, LogLevel.Warning, "An acknowledgement of the cloud cannot be read: {Fault}")]
    public static partial void AcknowledgementNotRead(ILogger logger, string fault);

    [LoggerMessage(EventIds.EdgeOutbox + 7, LogLevel.Warning, "{Count} samples were not acknowledged by the cloud within {Timeout} and are sent again. Is the cloud service running?")]
    public static partial void AcknowledgementsOverdue(ILogger logger, int count, TimeSpan timeout);

    [LoggerMessage(EventIds.EdgeOutbox + 8, LogLevel.Error, "The broker refused sample {Id}; it is kept and tried again in {HoldTime}, and where it is not for its size no other is sent before. Check the broker's message size limit and this device's access rules")]
    public static partial void SampleRefused(ILogger logger, string id, TimeSpan holdTime);

    [LoggerMessage(EventIds.EdgeOutbox + 9, LogLevel.Debug, "Sample {Id} was not sent: {Outcome}")]
    public static partial void SampleNotSent(ILogger logger, string id, PublishOutcome outcome);

    [LoggerMessage(EventIds.EdgeOutbox + 10, LogLevel.Debug, "Sample {Id} can never be sent and is set aside: {Reason}")]
    public static partial void SampleUnsendable(ILogger logger, string id, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 11, LogLevel.Warning, "Samples not kept: {Full} outbox full, {TooOld} too old, {Duplicate} duplicate, {Damaged} damaged, {Unsendable} never sendable, {Storage} disk failed, {Busy} disk too slow; {Lost} lost since the start")]
    public static partial void SamplesDropped(ILogger logger, long full, long tooOld, long duplicate, long damaged, long unsendable, long storage, long busy, long lost);

    [LoggerMessage(EventIds.EdgeOutbox + 12, LogLevel.Warning, "{Count} acknowledgements cannot be saved; after a power cut their samples might be sent again, which the cloud notices: {Reason}")]
    public static partial void AcknowledgementsNotSaved(ILogger logger, int count, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 13, LogLevel.Warning, "The byte budget cannot be saved; a restart may pay for samples again that were paid for already: {Reason}")]
    public static partial void BudgetNotSaved(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 14, LogLevel.Warning, "The saved byte budget {Path} is not used and begins empty: {Reason}")]
    public static partial void BudgetRefused(ILogger logger, string path, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 15, LogLevel.Warning, "Messages on {Topic} are not sent: {Bytes} bytes are more than half of a byte budget, or more than the cloud takes. Give a larger budget to have them")]
    public static partial void ReportTooLarge(ILogger logger, string topic, long bytes);

    [LoggerMessage(EventIds.EdgeOutbox + 16, LogLevel.Warning, "{Path} cannot be used, {Consequence}: {Reason}")]
    public static partial void OutboxFileUnusable(ILogger logger, string path, string consequence, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 17, LogLevel.Warning, "The outbox cannot save its clock; after a restart samples may count as older than they are: {Reason}")]
    public static partial void OutboxClockNotSaved(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeOutbox + 18, LogLevel.Warning, "A selected picture cannot be brought into the form that travels and is dropped, and others may follow: {Reason}")]
    public static partial void SampleNotEncoded(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeSwap, LogLevel.Information, "Parameter set version {Version} is active after {Milliseconds:0.0} ms")]
    public static partial void ParametersSwapped(ILogger logger, long version, double milliseconds);

    [LoggerMessage(EventIds.EdgeSwap + 1, LogLevel.Warning, "A parameter set (version {Version}) is refused, version {Active} stays: {Reason}")]
    public static partial void ParametersRefused(ILogger logger, long? version, long active, string reason);

    [LoggerMessage(EventIds.EdgeSwap + 2, LogLevel.Warning, "Parameter set version {Version} is active but cannot be saved; a restart would begin with an older one: {Reason}")]
    public static partial void ParametersNotSaved(ILogger logger, long version, string reason);

    [LoggerMessage(EventIds.EdgeSwap + 3, LogLevel.Warning, "The saved parameters {Path} are not used, an older set or the model as built is: {Reason}")]
    public static partial void SavedParametersRefused(ILogger logger, string path, string reason);

    [LoggerMessage(EventIds.EdgeSwap + 4, LogLevel.Warning, "Parameter set version {Version} is taken back after {Milliseconds:0} ms and {Frames} frames, version {Active} answers again: {Reason}")]
    public static partial void ParametersReverted(ILogger logger, long version, long active, double milliseconds, int frames, string reason);

    [LoggerMessage(EventIds.EdgeSwap + 5, LogLevel.Debug, "Parameter set version {Version} has proved itself on {Frames} frames")]
    public static partial void ParametersProven(ILogger logger, long version, int frames);

    [LoggerMessage(EventIds.EdgeSwap + 6, LogLevel.Warning, "What became of parameter sets cannot be saved; after a restart a set that was taken back would be tried again: {Reason}")]
    public static partial void RolloutRecordNotSaved(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeSwap + 7, LogLevel.Warning, "The record {Path} of earlier parameter sets is not used: {Reason}")]
    public static partial void RolloutRecordRefused(ILogger logger, string path, string reason);

    [LoggerMessage(EventIds.EdgeSwap + 8, LogLevel.Warning, "The frames to try parameter sets on cannot be saved; after a restart they would be collected anew: {Reason}")]
    public static partial void CanaryNotSaved(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeSwap + 9, LogLevel.Warning, "The saved frames {Path} are not used and collected anew: {Reason}")]
    public static partial void SavedCanaryRefused(ILogger logger, string path, string reason);

    [LoggerMessage(EventIds.EdgeSwap + 10, LogLevel.Warning, "Parameter sets are taken from whoever may publish at the broker: no key is trusted. Make a pair with 'edgeadapt keys new' and give the agent --trusted-key")]
    public static partial void SetsNotVerified(ILogger logger);

    [LoggerMessage(EventIds.EdgeSwap + 11, LogLevel.Information, "Each change of parameters loads the model anew: {Reason}")]
    public static partial void SwapsAreSlow(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeStatistics, LogLevel.Debug, "Statistics {Generation} are active after {Milliseconds:0.0} ms, from {Frames} frames so far")]
    public static partial void StatisticsSwapped(ILogger logger, long generation, double milliseconds, long frames);

    [LoggerMessage(EventIds.EdgeStatistics + 5, LogLevel.Information, "The frames have changed: the statistics start anew with refresh {Generation}")]
    public static partial void StreamChanged(ILogger logger, long generation);

    [LoggerMessage(EventIds.EdgeStatistics + 4, LogLevel.Warning, "A batch of frames is left out of the statistics: {Reason}")]
    public static partial void BatchUnusable(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeStatistics + 1, LogLevel.Warning, "The model does not work with its new statistics; the old ones stay, and the next batch starts the average anew: {Reason}")]
    public static partial void StatisticsFailed(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeStatistics + 2, LogLevel.Warning, "Statistics cannot be saved; after a restart they would start anew: {Reason}")]
    public static partial void StatisticsNotSaved(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeTelemetry, LogLevel.Warning, "The stream has changed ({Detector}, {Direction}): mean entropy {Before:0.000} before and {After:0.000} since, as shares of ln K; it began {Began} frames ago. Version {Version} answers; parameters changed meanwhile: {ParametersChanged}")]
    public static partial void DriftDetected(
        ILogger logger, DriftDetector detector, ChangeDirection direction, double before, double after, long began, long version, bool parametersChanged);

    [LoggerMessage(EventIds.EdgeTelemetry + 1, LogLevel.Warning, "What the change detectors have learnt cannot be saved; after a restart they would learn anew: {Reason}")]
    public static partial void DriftStateNotSaved(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeTelemetry + 2, LogLevel.Warning, "The saved state of the change detectors is not used and they learn anew: {Reason}")]
    public static partial void DriftStateRefused(ILogger logger, string reason);

    [LoggerMessage(EventIds.EdgeTelemetry + 3, LogLevel.Information, "Privacy mode {Mode}: no image leaves this device")]
    public static partial void ImagesStay(ILogger logger, PrivacyMode mode);

    [LoggerMessage(EventIds.EdgeTelemetry + 4, LogLevel.Warning, "{Count} images from before privacy mode {Mode} stay in the outbox {Folder}: they are not sent, and deleted when they are older than {MaximumAge}. Delete the folder to be rid of them now, or go back to --privacy images to send them")]
    public static partial void ImagesHeldBack(ILogger logger, int count, PrivacyMode mode, string folder, TimeSpan maximumAge);

    [LoggerMessage(EventIds.EdgeStatistics + 3, LogLevel.Warning, "The saved statistics {Path} are not used and start anew: {Reason}")]
    public static partial void SavedStatisticsRefused(ILogger logger, string path, string reason);
}
