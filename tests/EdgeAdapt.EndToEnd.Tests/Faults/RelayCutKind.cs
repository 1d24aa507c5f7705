namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>What happens to a line.</summary>
internal enum RelayCutKind
{
    /// <summary>Both ends get a reset; what was under way is gone.</summary>
    Reset,

    /// <summary>Both ends are told the end of the stream.</summary>
    Close,

    /// <summary>One direction ends in good order and the other goes on for a while, then both ends get a reset.</summary>
    HalfClose,

    /// <summary>Nothing passes for a while, then everything does.</summary>
    Hold,

    /// <summary>Nothing passes for a while, then both ends get a reset.</summary>
    HoldAndReset,

    /// <summary>One direction's bytes vanish while the other's pass: requests arrive and answers do not, or the other way round. Then both ends get a reset.</summary>
    Swallow,
}
