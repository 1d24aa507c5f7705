using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

/// <summary>The numbered samples of an outbox.</summary>
internal static class OutboxContents
{
    /// <summary>Their numbers, the most valuable first.</summary>
    public static List<int> Of(SampleOutbox outbox)
    {
        List<int> numbers = [];
        HashSet<string> seen = [];
        while (outbox.Best(e => seen.Add(e.Id)) is { } entry)
        {
            numbers.Add(BitConverter.ToInt32(outbox.Read(entry)!.Content.Span));
        }

        return numbers;
    }
}
