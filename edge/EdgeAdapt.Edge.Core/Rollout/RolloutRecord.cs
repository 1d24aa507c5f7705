namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>What a device must not forget of its parameter sets over a restart. Immutable.</summary>
internal sealed record RolloutRecord
{
    // More than the sets that may be kept: going back to the model as built takes all of them back at once.
    private const int MostReverted = 128;

    /// <summary>Nothing yet.</summary>
    public static RolloutRecord Empty { get; } = new();

    /// <summary>The adaptation group that the versions belong to.</summary>
    public string Group { get; init; } = string.Empty;

    /// <summary>SHA-256 of the model.</summary>
    public string Model { get; init; } = string.Empty;

    /// <summary>Versions that were taken back, the newest last.</summary>
    public IReadOnlyList<RevertedSet> Reverted { get; init; } = [];

    /// <summary>When the operator sent the newest set anew that was taken; an earlier one is an echo.</summary>
    public DateTimeOffset? LastReissue { get; init; }

    /// <summary>The version on trial, or null.</summary>
    public long? Trial { get; init; }

    /// <summary>How often the version on trial was activated without its trial having ended.</summary>
    public int TrialStarts { get; init; }

    /// <summary>Whether a version was taken back.</summary>
    public bool HasReverted(long version) => Reverted.Any(r => r.Version == version);

    /// <summary>With a version that was not taken back after all.</summary>
    public RolloutRecord WithoutReverted(long version) => HasReverted(version) ? this with { Reverted = [.. Reverted.Where(r => r.Version != version)] } : this;

    /// <summary>With a version on trial.</summary>
    public RolloutRecord WithTrial(long version) => this with { Trial = version, TrialStarts = Trial == version ? TrialStarts + 1 : 1 };

    /// <summary>Without a version on trial.</summary>
    public RolloutRecord WithoutTrial() => Trial is null ? this : this with { Trial = null, TrialStarts = 0 };

    /// <summary>With a version taken back, and no trial.</summary>
    public RolloutRecord WithReverted(RevertedSet set) =>
        WithoutTrial() with { Reverted = [.. Reverted.Where(r => r.Version != set.Version).Append(set).TakeLast(MostReverted)] };
}
