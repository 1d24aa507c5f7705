namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>When a parameter set is refused before it answers, and when it is taken back afterwards. Defaults were measured, see docs/guard.md.</summary>
public sealed record RolloutGuardOptions
{
    /// <summary>The largest <see cref="CanaryFrames"/>.</summary>
    public const int MostCanaryFrames = 512;

    /// <summary>The largest <see cref="Window"/>.</summary>
    public const int LongestWindow = 4096;

    /// <summary>The largest <see cref="KeptSets"/>.</summary>
    public const int MostKeptSets = 100;

    /// <summary>How far scale and bias of a layer may be from the model file's, as a share of their own size; above 0. A layer with all signs flipped is 2 away.</summary>
    public double MaximumDistance { get; init; } = 1;

    /// <summary>How far mean and deviation of a layer may be from the model file's, in the model file's deviations; above 0. Drift itself moves them.</summary>
    public double MaximumShift { get; init; } = 20;

    /// <summary>Share of frames on which a new set must give the class of the last good one, where these are of several classes; 0 to 1, 0 asks for none.</summary>
    public double MinimumAgreement { get; init; } = 0.4;

    /// <summary>How much the mean entropy of answers may rise over the last good set's on the same frames, as a share of ln(classes); above 0 and at most 1, 1 allows any.</summary>
    public double MaximumEntropyRise { get; init; } = 0.2;

    /// <summary>How much the mean probability of the answered class may fall below the last good set's on the same frames; above 0 and at most 1, 1 allows any.</summary>
    public double MaximumConfidenceDrop { get; init; } = 0.25;

    /// <summary>Share of the last good set's effective number of classes that a new set must keep on the same frames, see <see cref="DiversityChange"/>; 0 to 1, 0 asks for none.</summary>
    public double MinimumDiversity { get; init; } = 0.5;

    /// <summary>How many times as long as with the last good set a median answer may take; at least 1.</summary>
    public double MaximumSlowdown { get; init; } = 3;

    /// <summary>Frames kept on the device to try new sets on; 0 for no such trial, at most <see cref="MostCanaryFrames"/>.</summary>
    public int CanaryFrames { get; init; } = 32;

    /// <summary>Frames for which a new set is watched before it counts as good; 0 for no watch, at most <see cref="LongestWindow"/>.</summary>
    public int Window { get; init; } = 64;

    /// <summary>Good sets kept on disk, 1 to <see cref="MostKeptSets"/>.</summary>
    public int KeptSets { get; init; } = 5;

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        void Require(bool holds, string flag, object value, string remedy)
        {
            if (!holds)
            {
                faults.Add($"--{flag} is {value}. {remedy}");
            }
        }

        Require(MaximumDistance > 0 && double.IsFinite(MaximumDistance), "guard-distance", MaximumDistance, "Give a number above 0, for example 1.");
        Require(MaximumShift > 0 && double.IsFinite(MaximumShift), "guard-shift", MaximumShift, "Give a number above 0, for example 20.");
        Require(MinimumAgreement is >= 0 and <= 1, "guard-agreement", MinimumAgreement, "Give a share of the frames from 0, which asks for none, to 1.");
        Require(MaximumEntropyRise is > 0 and <= 1, "guard-entropy", MaximumEntropyRise, "Give a share of ln(classes) above 0; 1 allows any rise.");
        Require(MaximumConfidenceDrop is > 0 and <= 1, "guard-confidence", MaximumConfidenceDrop, "Give a probability above 0; 1 allows any fall.");
        Require(MinimumDiversity is >= 0 and <= 1, "guard-diversity", MinimumDiversity, "Give a share of the number of classes from 0, which asks for none, to 1.");
        Require(MaximumSlowdown >= 1 && double.IsFinite(MaximumSlowdown), "guard-slowdown", MaximumSlowdown, "Give a factor of at least 1, for example 3.");
        Require(CanaryFrames is >= 0 and <= MostCanaryFrames, "canary-frames", CanaryFrames, $"Give 0, for no canary, to {MostCanaryFrames} frames.");
        Require(Window is >= 0 and <= LongestWindow, "guard-window", Window, $"Give 0, for no watch, to {LongestWindow} frames.");
        Require(KeptSets is >= 1 and <= MostKeptSets, "keep-sets", KeptSets, $"Give 1 to {MostKeptSets} sets.");
        return faults;
    }
}
