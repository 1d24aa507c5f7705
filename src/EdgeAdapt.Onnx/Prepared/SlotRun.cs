namespace EdgeAdapt.Onnx.Prepared;

/// <summary>Neighbouring elements whose slots repeat: element i has <c>Pattern[i mod Pattern.Length]</c>; -1 is padding.</summary>
/// <param name="Pattern">Slots, counted from 0.</param>
/// <param name="Length">Elements.</param>
internal readonly record struct SlotRun(int[] Pattern, int Length)
{
    // Blocked layouts of convolution weights put 4, 8 or 16 channels side by side.
    private static readonly int[] Periods = [16, 8, 4, 1];

    /// <summary>The runs of a tensor, with the period that describes it in the fewest numbers.</summary>
    /// <param name="slots">The slot of each element.</param>
    public static SlotRun[] Of(ReadOnlySpan<int> slots)
    {
        SlotRun[] best = [];
        int numbers = int.MaxValue;
        foreach (int period in Periods)
        {
            if (slots.Length % period == 0 && Of(slots, period, (numbers - 1) / period) is { } runs)
            {
                best = runs;
                numbers = runs.Length * period;
            }
        }

        return best;
    }

    /// <summary>The runs with one period; null where there are more than asked for.</summary>
    private static SlotRun[]? Of(ReadOnlySpan<int> slots, int period, int most)
    {
        var runs = new List<SlotRun>();
        for (int start = 0, end; start < slots.Length; start = end)
        {
            if (runs.Count == most)
            {
                return null;
            }

            // Elements that equal the one a period behind them carry the pattern on.
            ReadOnlySpan<int> rest = slots[start..];
            int alike = rest.CommonPrefixLength(rest[period..]);
            end = start + period + (alike / period * period);
            runs.Add(new SlotRun(rest[..period].ToArray(), end - start));
        }

        return [.. runs];
    }
}
