namespace EdgeAdapt.Adaptation;

/// <summary>
/// Bounds the share of a stream that is kept: each sample seen earns the share, each sample kept costs 1. What is not spent is
/// saved up to <see cref="Burst"/> samples' worth, so that a long quiet time does not pay for a flood later. Beside it a reserve may be held for changes of the stream, which teach
/// most at their beginning. Works for batches of one. Not thread safe.
/// </summary>
internal sealed class UploadBudget
{
    /// <summary>Samples whose earnings are saved: four batches of 64, as many as the filter's warm-up.</summary>
    public const int Burst = 256;

    /// <summary>What may be kept now; its whole part counts.</summary>
    public double Credit { get; set; }

    /// <summary>What is held back until <see cref="Release"/>.</summary>
    public double Reserve { get; set; }

    /// <summary>What was released and not spent yet.</summary>
    public double Released { get; private set; }

    /// <summary>Earns for samples that were seen, then pays for as many candidates as it can.</summary>
    /// <param name="share">Earned by each sample, 0 to 1; may differ from call to call.</param>
    /// <param name="seen">Samples seen, kept or not.</param>
    /// <param name="candidates">Samples that one would like to keep.</param>
    /// <param name="smallestBurst">Samples that may be saved for however small the share is, at least 1: below one, a small share in batches of one would never be able to pay.</param>
    /// <param name="reserve">The size of the reserve; 0 holds none.</param>
    /// <returns>How many of them may be kept.</returns>
    public int Grant(double share, int seen, int candidates, int smallestBurst = 1, double reserve = 0)
    {
        double earned = share * seen;
        double held = Math.Clamp(reserve - Reserve, 0, ChangeReserve.EarnedShare * earned);
        Reserve = Math.Min(Reserve + held, reserve);
        Credit = Math.Min(Credit + earned - held, Math.Max(smallestBurst, share * Burst));

        // 0.4 five times is 2 in mathematics and may be 1.9999999999999998 in binary.
        int granted = Math.Min(candidates, (int)Math.Floor(Credit + Released + 1e-9));
        double released = Math.Min(granted, Released);
        Released -= released;
        Credit = Math.Max(0, Credit - (granted - released));
        return granted;
    }

    /// <summary>Has half of the reserve spent on the next candidates.</summary>
    public void Release()
    {
        double released = ChangeReserve.ReleasedShare * Reserve;
        Reserve -= released;
        Released += released;
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset() => (Credit, Reserve, Released) = (0, 0, 0);
}
