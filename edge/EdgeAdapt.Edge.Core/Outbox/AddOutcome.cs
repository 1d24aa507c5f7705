namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>What became of a sample that was put into the outbox.</summary>
public enum AddOutcome
{
    /// <summary>It is on disk and will reach the cloud even if the process is killed now.</summary>
    Stored,

    /// <summary>The same bytes wait already, or the cloud acknowledged them recently; one copy is enough.</summary>
    Duplicate,

    /// <summary>It alone is larger than the outbox, or than a byte budget pays for; it is dropped and counted.</summary>
    TooLarge,

    /// <summary>The disk is full, read-only or failing; it is dropped and counted.</summary>
    StorageFailed,

    /// <summary>The outbox is full of samples that are worth as much or more; it is dropped and counted.</summary>
    LessValuable,

    /// <summary>Its picture cannot be brought into the form that travels; it is dropped and counted.</summary>
    NotEncoded,
}
