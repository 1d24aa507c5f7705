using System.Globalization;

namespace EdgeAdapt.Datasets;

/// <summary>What every reader asks of labels.</summary>
internal static class LabelRules
{
    /// <summary>More classes than any classifier has; a label above it is a misread file.</summary>
    private const int MaximumLabel = 1_000_000;

    /// <summary>Labels as class numbers; the first one outside 0 … <paramref name="classes"/> − 1 is named.</summary>
    public static int[] Check(IReadOnlyList<long> labels, int? classes, string file)
    {
        int[] numbers = new int[labels.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= (classes ?? MaximumLabel))
            {
                throw new DatasetException(
                    $"Label {i} in '{file}' is {labels[i]}; classes are numbered from 0 {(classes is { } k ? $"to {k - 1}" : "upwards")}. Correct the file.");
            }

            numbers[i] = (int)labels[i];
        }

        return numbers.Length > 0 ? numbers : throw new DatasetException($"'{file}' holds no image. Put at least one in it.");
    }

    /// <summary>The numbers 0 … K − 1 as names, for data that has none.</summary>
    public static string[] Numbered(IReadOnlyList<int> labels) =>
        [.. Enumerable.Range(0, labels.Max() + 1).Select(k => k.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Refuses an index or a destination that does not fit.</summary>
    public static void CheckRead(ILabeledImages images, int index, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, images.Count);
        int expected = images.Height * images.Width * images.Channels;
        if (length != expected)
        {
            throw new ArgumentException($"There is room for {length} values; an image has {expected}.", nameof(length));
        }
    }
}
