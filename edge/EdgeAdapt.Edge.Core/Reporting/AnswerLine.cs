using System.Text.Json.Serialization;

namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>What became of one frame: an answer, or a failure with its reason.</summary>
public sealed record AnswerLine() : ReportLine("answer")
{
    /// <summary>The frame's number since the agent's start, from 0.</summary>
    public required long Frame { get; init; }

    /// <summary>The class of the largest logit; absent for a failed frame.</summary>
    public int? Class { get; init; }

    /// <summary>Entropy of the answer in nats; absent for a failed frame.</summary>
    public float? Entropy { get; init; }

    /// <summary>Version of the parameter set that answered; 0 for the model as built. Absent for a failed frame.</summary>
    public long? Version { get; init; }

    /// <summary>Whether the frame was selected, or drawn for the audit, and handed to the outbox, which counts it as stored once it is on the disk (a recording's frame is on the disk
    /// by then); absent for a failed frame.</summary>
    public bool? Uploaded { get; init; }

    /// <summary>True for a frame that was drawn at random for the audit; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Audit { get; init; }

    /// <summary>True for a frame that got no answer; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Failed { get; init; }

    /// <summary>The frame's name, for a failed frame.</summary>
    public string? Name { get; init; }

    /// <summary>Why there is no answer.</summary>
    public string? Reason { get; init; }
}
