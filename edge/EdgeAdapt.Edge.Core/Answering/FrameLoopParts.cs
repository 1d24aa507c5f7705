using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>What the frame loop works with. It owns none of them; the filter is its alone to feed.</summary>
/// <param name="Decoder">Brings frames into form.</param>
/// <param name="Active">Answers.</param>
/// <param name="Filter">Selects.</param>
/// <param name="FilterState">Keeps the filter's state.</param>
/// <param name="Intake">Takes selected frames for the outbox.</param>
/// <param name="Report">Receives a line a frame.</param>
/// <param name="Counters">Counts.</param>
/// <param name="OfferStatistics">Takes a full batch; ends when it was worked on.</param>
/// <param name="Steering">Bounds the share of frames that are selected by what the byte budget pays for.</param>
/// <param name="Observe">Takes each frame with its answer and the version that answered.</param>
/// <param name="TakesStatistics">Whether a batch may be worked on that much later: zero for now, which is certain.</param>
/// <param name="Watch">Takes each finite answer and the version that answered.</param>
/// <param name="Audit">Draws frames to be uploaded whatever their answer.</param>
/// <param name="ReleaseReserve">Gives free what the byte budget holds back for a change of the stream, and tells how many bytes.</param>
internal sealed record FrameLoopParts(
    FrameDecoder Decoder, ActiveModel Active, EntropyFilter Filter, FilterStateFile FilterState, OutboxIntake Intake, ReportWriter Report,
    AgentCounters Counters, Func<FloatTensor, Task> OfferStatistics, ShareSteering Steering, Action<float[], AnswerSample, long> Observe,
    Func<TimeSpan, bool> TakesStatistics, Action<AnswerSample, long> Watch, AuditDraw Audit, Func<long> ReleaseReserve)
{
    /// <summary>Publishes answers; null where none is published.</summary>
    public AnswerPublisher? Publisher { get; init; }
}
