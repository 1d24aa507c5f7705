using EdgeAdapt.Edge.Core.Frames;

namespace EdgeAdapt.Edge.Server;

/// <summary>One image of a request.</summary>
/// <param name="Frame">What was sent; without bytes where it was the model's input already.</param>
/// <param name="Values">The model's input <c>[C, H, W]</c>.</param>
internal sealed record RequestImage(Frame Frame, float[] Values)
{
    /// <summary>Whether it holds values that no picture has; it is answered, and kept out of statistics, drift and the watch over parameter sets.</summary>
    public bool IsOutOfRange { get; init; }
}
