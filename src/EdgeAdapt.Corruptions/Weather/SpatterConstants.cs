namespace EdgeAdapt.Corruptions;

/// <summary>The constants of spatter at one severity.</summary>
/// <param name="Mean">Of the noise that becomes drops.</param>
/// <param name="Deviation">Of the noise.</param>
/// <param name="Sigma">How large drops are, in pixels.</param>
/// <param name="Threshold">Smoothed noise below it is no drop.</param>
/// <param name="Strength">Of water; of mud, how far its edge is smoothed.</param>
/// <param name="Mud">Mud instead of water.</param>
internal sealed record SpatterConstants(float Mean, float Deviation, double Sigma, float Threshold, float Strength, bool Mud);
