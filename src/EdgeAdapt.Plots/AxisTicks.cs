namespace EdgeAdapt.Plots;

/// <summary>Round numbers along an axis: multiples of 1, 2, 2.5 or 5 times a power of ten.</summary>
internal static class AxisTicks
{
    private static readonly double[] Steps = [1, 2, 2.5, 5, 10, 20, 50];

    /// <summary>Ticks inside <c>[low, high]</c>, about <paramref name="count"/> of them; one where the range is empty. Whole ones only, where asked for.</summary>
    public static IReadOnlyList<double> Between(double low, double high, int count, bool whole = false)
    {
        if (!(high > low))
        {
            return [low];
        }

        double step = StepFor(high - low, count, whole);
        double first = Math.Ceiling(low / step - 1e-9);
        double last = Math.Floor(high / step + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    /// <summary>The first tick at or above a value, for an axis that ends on a tick.</summary>
    public static double Ceiling(double low, double high, int count, bool whole = false)
    {
        double step = StepFor(Math.Max(high - low, 1e-9), count, whole);
        return Math.Ceiling(high / step - 1e-9) * step;
    }

    private static double StepFor(double range, int count, bool whole)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / count)));
        return Steps.Select(s => s * power).First(s => range / s <= count * 1.0001 && (!whole || double.IsInteger(s)));
    }
}
