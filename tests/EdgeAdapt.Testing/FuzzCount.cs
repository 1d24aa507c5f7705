using System.Globalization;

namespace EdgeAdapt.Testing;

/// <summary>How much nonsense a test sends.</summary>
public static class FuzzCount
{
    /// <summary>What the environment variable says, otherwise what fits into a run of all tests.</summary>
    public static int Of(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count : otherwise;
}
