using System.Text.Json.Serialization;

namespace EdgeAdapt.Contracts;

/// <summary>Samples that a device selected and did not keep until the cloud had them, by reason, since its start.</summary>
public sealed record OutboxDrops
{
    /// <summary>The outbox was full: given up as the least valuable.</summary>
    public long Full { get; init; }

    /// <summary>They waited longer than samples may.</summary>
    public long TooOld { get; init; }

    /// <summary>The same bytes waited already, or had been acknowledged recently. Nothing is lost by it.</summary>
    public long Duplicate { get; init; }

    /// <summary>Their files were found damaged and set aside, or could not be read at the start and wait for the next one.</summary>
    public long Damaged { get; init; }

    /// <summary>They could never be sent: refused by the cloud for good, larger than the outbox, more than half of a byte budget, or a picture that no form of upload takes.</summary>
    public long Unsendable { get; init; }

    /// <summary>The disk did not take them.</summary>
    public long Storage { get; init; }

    /// <summary>They came faster than the disk takes them, and answers do not wait for the disk.</summary>
    public long Busy { get; init; }

    /// <summary>All but the duplicates.</summary>
    [JsonIgnore]
    public long Lost => Full + TooOld + Damaged + Unsendable + Storage + Busy;
}
