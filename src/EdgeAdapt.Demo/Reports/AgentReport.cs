namespace EdgeAdapt.Demo.Reports;

/// <summary>One line of the file in which an edge agent reports what it does.</summary>
internal abstract record AgentReport;

/// <summary>A frame was answered, or its request failed.</summary>
/// <param name="Frame">Index of the frame in the stream, from 0.</param>
/// <param name="Class">The class answered; -1 where the request failed.</param>
/// <param name="Version">The parameter version that answered; 0 for the model as it came.</param>
/// <param name="Uploaded">Whether the sample was selected and stored for upload.</param>
/// <param name="Failure">Why the request failed, or null.</param>
internal sealed record AnswerReport(int Frame, int Class, long Version, bool Uploaded, string? Failure) : AgentReport;

/// <summary>The agent's state, about once a second. Counters run from its start.</summary>
/// <param name="Connected">Whether it is connected to the broker.</param>
/// <param name="Outbox">Samples waiting to be acknowledged by the cloud.</param>
/// <param name="Seen">Frames taken from the stream.</param>
/// <param name="Uploaded">Samples that the cloud has acknowledged.</param>
/// <param name="BytesUp">Bytes sent: payloads and topics.</param>
/// <param name="BytesDown">Bytes received: payloads and topics.</param>
/// <param name="Version">The parameter version in use.</param>
/// <param name="Dropped">Samples lost before the cloud had them.</param>
internal sealed record StatusReport(
    bool Connected, long Outbox, long Seen, long Uploaded, long BytesUp, long BytesDown, long Version, long Dropped = 0) : AgentReport;

/// <summary>Another set of parameters answers from now on.</summary>
/// <param name="Version">Its version.</param>
/// <param name="FromCloud">True for a parameter set of the cloud, false for statistics that the agent estimated itself.</param>
/// <param name="Milliseconds">How long the exchange took, from the decision to the first session that may answer.</param>
internal sealed record SwapReport(long Version, bool FromCloud, double Milliseconds) : AgentReport;

/// <summary>The agent refused a parameter set and went on with the one it had.</summary>
/// <param name="Version">The refused version, or null where the set could not even be read.</param>
/// <param name="Reason">What was wrong with it.</param>
internal sealed record RefusedReport(long? Version, string Reason) : AgentReport;

/// <summary>The stream is exhausted and the outbox has drained, or the time for draining is over.</summary>
/// <param name="Totals">The last state of all counters.</param>
internal sealed record FinishedReport(StatusReport Totals) : AgentReport;
