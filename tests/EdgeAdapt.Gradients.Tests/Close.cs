namespace EdgeAdapt.Gradients.Tests;

/// <summary>Comparison of tensors by the norm of their difference.</summary>
internal static class Close
{
    /// <summary>‖actual − expected‖ / ‖expected‖, or ‖actual‖ where nothing but 0 is expected.</summary>
    public static double RelativeError(IReadOnlyList<float> actual, IReadOnlyList<double> expected)
    {
        Assert.Equal(expected.Count, actual.Count);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            difference += Math.Pow(actual[i] - expected[i], 2);
            norm += expected[i] * expected[i];
        }

        return norm == 0 ? Math.Sqrt(difference) : Math.Sqrt(difference / norm);
    }

    public static void Within(string name, IReadOnlyList<float> actual, IReadOnlyList<double> expected, double tolerance)
    {
        double error = RelativeError(actual, expected);
        Assert.True(error <= tolerance, $"{name}: relative error {error:e2} above {tolerance:e0}; " +
            $"got [{string.Join(", ", actual.Take(4))}], expected [{string.Join(", ", expected.Take(4))}]");
    }
}
