using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Guarding;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>A frame with the answer that it got.</summary>
/// <param name="Number">Its number since the agent's start, from 0.</param>
/// <param name="Frame">The frame; one without bytes cannot be uploaded.</param>
/// <param name="Captured">When it came.</param>
/// <param name="Image">The model's input <c>[C, H, W]</c>.</param>
/// <param name="Logits">The answer <c>[K]</c>.</param>
/// <param name="Version">Version of the parameter set that answered.</param>
internal sealed record AnsweredFrame(long Number, Frame Frame, DateTimeOffset Captured, float[] Image, float[] Logits, long Version)
{
    /// <summary>Whether the next frame is written over <see cref="Image"/>, so that who keeps it copies it.</summary>
    public bool IsImageReused { get; init; }

    /// <summary>How often the statistics had been refreshed by then.</summary>
    public long StatisticsGeneration { get; init; }

    /// <summary>Whether the image holds values that no picture has. It has its answer, and tells nothing of the stream or of a parameter set.</summary>
    public bool IsOutOfRange { get; init; }

    /// <summary>Why the model failed, where it did and the logits are NaN; otherwise null.</summary>
    public string? Fault { get; init; }

    /// <summary>What the guard looks at in it.</summary>
    public AnswerSample Sample { get; } = AnswerSample.Of(Logits);

    /// <summary>The class of the largest logit.</summary>
    public int Class => Sample.Class;

    /// <summary>Entropy of the answer in nats; NaN where it is not finite.</summary>
    public float Entropy => Sample.Entropy;
}
