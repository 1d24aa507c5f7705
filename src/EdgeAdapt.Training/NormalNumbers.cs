namespace EdgeAdapt.Training;

/// <summary>Normally distributed numbers from a seeded generator.</summary>
internal static class NormalNumbers
{
    /// <summary>A number of mean 0 and standard deviation 1 (Box and Muller 1958; the second of the pair is thrown away). 1 − u is above 0, so the logarithm is finite.</summary>
    public static double NextNormal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
