namespace EdgeAdapt.Contracts;

/// <summary>How far one layer's input is from what the model file was trained on.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Shift">Mean distance of the channels' means, in standard deviations of the source, from 0.</param>
/// <param name="Hellinger">Mean Hellinger distance of the channels' Gaussians, 0 to 1.</param>
public sealed record TelemetryLayer(string Name, double Shift, double Hellinger)
{
    /// <summary>The longest name that a report may carry, in UTF-16 units.</summary>
    public const int LongestName = 512;

    /// <summary>Whether statistics can have given it.</summary>
    internal bool IsUsable() => Name.Length <= LongestName && Shift >= 0 && double.IsFinite(Shift) && Hellinger is >= 0 and <= 1;
}
