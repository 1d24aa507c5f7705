using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>What the frame loop works with. It owns none of them; the filter is its alone to feed.</summary>
/// <param name="Decoder">Brings frames into form.</param>
/// <param name="Active">Answers.</param>
/// <param name="Filter">Selects.</param>
/// <param name="FilterState">Keeps the filter's state.</param>
/// <param name="Outbox">Keeps selected frames.</param>
/// <param name="Report">Receives a line a frame.</param>
/// <param name="Counters">Counts.</param>
/// <param name="Stored">Called after a sample went into the outbox.</param>
/// <param name="OfferStatistics">Takes a full batch; ends when it was worked on.</param>
/// <param name="Observe">Takes each frame with its answer and the version that answered.</param>
internal sealed record FrameLoopParts(
    FrameDecoder Decoder, ActiveModel Active, EntropyFilter Filter, FilterStateFile FilterState, SampleOutbox Outbox, ReportWriter Report,
    AgentCounters Counters, Action Stored, Func<FloatTensor, Task> OfferStatistics, Action<float[], AnswerSample, long> Observe);
