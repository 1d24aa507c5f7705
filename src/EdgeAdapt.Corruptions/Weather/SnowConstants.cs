namespace EdgeAdapt.Corruptions;

/// <summary>The constants of snow at one severity.</summary>
/// <param name="Mean">Of the noise that becomes flakes.</param>
/// <param name="Deviation">Of the noise.</param>
/// <param name="Zoom">How much larger than pixels flakes are.</param>
/// <param name="Threshold">Noise below it is no flake.</param>
/// <param name="Radius">Of the flakes' motion blur.</param>
/// <param name="Sigma">Of the flakes' motion blur.</param>
/// <param name="Kept">Share of the image that is not whitened.</param>
internal sealed record SnowConstants(float Mean, float Deviation, double Zoom, float Threshold, double Radius, double Sigma, float Kept);
