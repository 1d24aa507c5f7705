namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>A fault of the line between a client and its broker.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Direction">The direction whose bytes it happens to.</param>
/// <param name="After">Bytes in that direction that still pass; the next one may be in the middle of a packet.</param>
/// <param name="Lasting">How long it lasts. New connections are refused meanwhile.</param>
internal sealed record RelayCut(RelayCutKind Kind, RelayDirection Direction, int After, TimeSpan Lasting);
