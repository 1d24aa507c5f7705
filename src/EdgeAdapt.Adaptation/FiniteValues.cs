namespace EdgeAdapt.Adaptation;

/// <summary>Tells broken values from usable ones.</summary>
internal static class FiniteValues
{
    /// <summary>Whether none of the values is NaN or infinite.</summary>
    public static bool AreAll(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
