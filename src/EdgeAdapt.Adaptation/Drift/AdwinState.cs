namespace EdgeAdapt.Adaptation;

/// <summary>The window of <see cref="Adwin"/>, for a restart.</summary>
/// <param name="SinceLook">Values since it was last looked at.</param>
/// <param name="Buckets">Its buckets, oldest first.</param>
public sealed record AdwinState(int SinceLook, IReadOnlyList<AdwinBucket> Buckets)
{
    /// <summary>Whether a series can have given it: sizes never grow towards the newest, and none has more buckets than it may.</summary>
    internal bool IsUsable(int levels, int buckets) =>
        SinceLook >= 0 && Buckets is not null
        && Buckets.All(b => b.Level >= 0 && b.Level < levels && b.Sum >= 0 && b.Sum <= (1L << b.Level) * (1 + 1e-9) && b.Squares >= 0 && double.IsFinite(b.Squares))
        && Buckets.Zip(Buckets.Skip(1), (older, newer) => older.Level >= newer.Level).All(ordered => ordered)
        && Buckets.GroupBy(b => b.Level).All(level => level.Count() <= buckets);
}
