namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>
/// Draws frames for the audit, each with the same probability, whatever its answer: one draw a frame, so that selection has no say in which come next. Not thread safe.
/// </summary>
/// <param name="share">The probability, 0 to 1; 0 draws none.</param>
/// <param name="seed">Of the sequence.</param>
internal sealed class AuditDraw(double share, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Whether the next frame is drawn.</summary>
    public bool Next() => share > 0 && _random.NextDouble() < share;
}
