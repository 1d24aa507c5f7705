namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>What a device must not forget of its parameter sets over a restart. Immutable.</summary>
internal sealed record RolloutRecord
{
    // More than the sets that may be kept: going back to the model as built takes all of them back at once.
    private const int MostReverted = 128;

    /// <summary>Nothing yet.</summary>
    public static RolloutRecord Empty { get; } = new();

    /// <summary>SHA-256 of the model.</summary>
    public string Model { get; init; } = string.Empty;

    /// <summary>Versions that were taken back, the newest last.</summary>
    public IReadOnlyList<RevertedSet> Reverted { get; init; } = [];

    /// <summary>The highest version that proved itself; one below it is old, whatever answers now.</summary>
    public long Highest { get; init; }

    /// <summary>When the newest of the sets that were decided on was made or sent anew. Only what was sent anew after it was: the rest are echoes, or somebody plays them back.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>The version on trial, or null.</summary>
    public long? Trial { get; init; }

    /// <summary>When it was made or sent anew.</summary>
    public DateTimeOffset? TrialTime { get; init; }

    /// <summary>How often the version on trial was activated without its trial having ended.</summary>
    public int TrialStarts { get; init; }

    /// <summary>Whether a version was taken back.</summary>
    public bool HasReverted(long version) => Reverted.Any(r => r.Version == version);

    /// <summary>With a version that was not taken back after all.</summary>
    public RolloutRecord WithoutReverted(long version) => HasReverted(version) ? this with { Reverted = [.. Reverted.Where(r => r.Version != version)] } : this;

    /// <summary>With a version on trial.</summary>
    public RolloutRecord WithTrial(long version, DateTimeOffset? time) =>
        this with { Trial = version, TrialStarts = Trial == version ? TrialStarts + 1 : 1, TrialTime = time };

    /// <summary>Without a version on trial, of which nothing is known yet: it may come again.</summary>
    public RolloutRecord WithoutTrial() => Trial is null ? this : this with { Trial = null, TrialStarts = 0, TrialTime = null };

    /// <summary>With the version on trial as a good one.</summary>
    public RolloutRecord WithProven() => Trial is { } version ? Decided().WithoutReverted(version) with { Highest = Math.Max(Highest, version) } : this;

    /// <summary>With a version taken back, and no trial.</summary>
    public RolloutRecord WithReverted(RevertedSet set) =>
        Decided() with { Reverted = [.. Reverted.Where(r => r.Version != set.Version).Append(set).TakeLast(MostReverted)] };

    /// <summary>With the trial over. The time of its set counts from here on: a device that restarts in the middle would take the same message for an echo, and never try it.</summary>
    public RolloutRecord Decided() => WithoutTrial() with { Newest = TrialTime is { } time && !(time <= Newest) ? time : Newest };
}
