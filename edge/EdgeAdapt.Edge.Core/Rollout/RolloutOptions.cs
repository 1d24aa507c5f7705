using EdgeAdapt.Adaptation;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>What the rollout needs to know; made of options that were validated.</summary>
/// <param name="Mode">Where mean and variance come from.</param>
/// <param name="Policy">How the device's own statistics follow its frames.</param>
/// <param name="Session">How sessions run.</param>
/// <param name="ImageShape"><c>[C, H, W]</c> of a preprocessed image.</param>
/// <param name="StateFolder">Where last good parameters and statistics are kept.</param>
/// <param name="Group">The adaptation group whose sets are taken.</param>
internal sealed record RolloutOptions(
    StatisticsMode Mode, StatisticsPolicy Policy, SessionSettings Session, IReadOnlyList<int> ImageShape, string StateFolder, string Group)
{
    private RolloutGuardOptions _guard = new();

    /// <summary>When a set is refused or taken back. The one thing in here that is exchanged while the agent runs, as a whole: read it once for each decision.</summary>
    public RolloutGuardOptions Guard
    {
        get => Volatile.Read(ref _guard);
        set => Volatile.Write(ref _guard, value);
    }

    /// <summary>Whose sets are believed.</summary>
    public TrustedKeys Trusted { get; init; } = TrustedKeys.None;

    /// <summary>Frames in a batch for the statistics.</summary>
    public int StatisticsBatch { get; init; } = 32;

    /// <summary>Share of its time that a busy device spends on its statistics.</summary>
    public double StatisticsLoad { get; init; } = 1;

    /// <summary>Of the model's input, 3 channels.</summary>
    public Normalization Normalization { get; init; } = Normalization.ImageNet;
}
