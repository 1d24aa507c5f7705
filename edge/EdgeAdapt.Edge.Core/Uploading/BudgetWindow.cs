namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>How one limit of the byte budget stands.</summary>
/// <param name="Period">Its period.</param>
/// <param name="Limit">Bytes that the device may send in it.</param>
/// <param name="Spent">Bytes that it sent in the last period, as far as the process remembers: since its start.</param>
/// <param name="Available">Bytes that may be sent at once, those included that wait for a change of the stream; 0 or more.</param>
public sealed record BudgetWindow(TimeSpan Period, long Limit, long Spent, long Available)
{
    /// <summary>Bytes left of the limit in the last period; 0 or more.</summary>
    public long Left => Math.Max(0, Limit - Spent);
}
