namespace EdgeAdapt.Corruptions;

/// <summary>One file that was written.</summary>
/// <param name="Name">The corruption or drift; "clean" for the images as they were.</param>
/// <param name="Images">Images in the file, over all severities.</param>
/// <param name="MeanDifference">Mean absolute difference from the clean images, in levels of 255.</param>
/// <param name="Seconds">Wall time on all threads together.</param>
public sealed record CorruptedFile(string Name, int Images, double MeanDifference, double Seconds)
{
    /// <summary>Milliseconds of wall time an image.</summary>
    public double MillisecondsPerImage => Seconds * 1000 / Images;
}
