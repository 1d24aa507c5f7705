namespace EdgeAdapt.Adaptation;

/// <summary>What an upload budget holds back for changes of the stream, whose beginnings teach most; the same whether it counts samples or bytes.</summary>
public static class ChangeReserve
{
    /// <summary>Of what is earned while the reserve is not full. The rest goes on being spent: a change that nothing reports, such as dusk, is learnt from too.</summary>
    public const double EarnedShare = 0.75;

    /// <summary>Of the reserve, at a change. A false alarm, or the next change soon after, leaves something.</summary>
    public const double ReleasedShare = 0.5;
}
