namespace EdgeAdapt.Adaptation;

/// <summary>
/// Bounds the share of a stream that is kept: each sample seen earns the share, each sample kept costs 1. What is not spent is
/// saved up to <see cref="Burst"/> samples' worth, so that a long quiet time does not pay for a flood later. Works for batches of one. Not thread safe.
/// </summary>
internal sealed class UploadBudget
{
    /// <summary>Samples whose earnings are saved: four batches of 64, as many as the filter's warm-up.</summary>
    public const int Burst = 256;

    /// <summary>What may be kept now; its whole part counts.</summary>
    public double Credit { get; set; }

    /// <summary>Earns for samples that were seen, then pays for as many candidates as it can.</summary>
    /// <param name="share">Earned by each sample, 0 to 1; may differ from call to call.</param>
    /// <param name="seen">Samples seen, kept or not.</param>
    /// <param name="candidates">Samples that one would like to keep.</param>
    /// <param name="smallestBurst">Samples that may be saved for however small the share is, at least 1: below one, a small share in batches of one would never be able to pay.</param>
    /// <returns>How many of them may be kept.</returns>
    public int Grant(double share, int seen, int candidates, int smallestBurst = 1)
    {
        Credit = Math.Min(Credit + (share * seen), Math.Max(smallestBurst, share * Burst));

        // 0.4 five times is 2 in mathematics and may be 1.9999999999999998 in binary.
        int granted = Math.Min(candidates, (int)Math.Floor(Credit + 1e-9));
        Credit = Math.Max(0, Credit - granted);
        return granted;
    }
}
