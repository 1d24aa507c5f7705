using System.Globalization;

namespace EdgeAdapt.Datasets;

/// <summary>
/// How pixels become the numbers a model was trained on: (x / 255 − mean) / standard deviation, for each channel, in
/// float32 and in that order, as PyTorch's transforms do it. Two instances are equal when they hold the same arrays.
/// </summary>
public sealed record Normalization
{
    /// <summary>Creates a normalization.</summary>
    /// <param name="mean">One value a channel, in units of x / 255.</param>
    /// <param name="standardDeviation">One value a channel, above 0, in units of x / 255.</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no value, or a value is out of its domain.</exception>
    public Normalization(float[] mean, float[] standardDeviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(standardDeviation);
        if (mean.Length == 0 || mean.Length != standardDeviation.Length)
        {
            throw new ArgumentException(
                $"{mean.Length} means and {standardDeviation.Length} standard deviations; give one of each for every channel.", nameof(mean));
        }

        if (!mean.All(float.IsFinite) || !standardDeviation.All(s => float.IsFinite(s) && s > 0))
        {
            throw new ArgumentException("Means are finite numbers, standard deviations are finite and above 0.", nameof(standardDeviation));
        }

        Mean = mean;
        StandardDeviation = standardDeviation;
    }

    /// <summary>The ImageNet constants that most published models were trained with: RGB.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>One value a channel, in units of x / 255.</summary>
    public float[] Mean { get; }

    /// <summary>One value a channel, above 0, in units of x / 255.</summary>
    public float[] StandardDeviation { get; }

    /// <summary>The number of channels.</summary>
    public int Channels => Mean.Length;

    /// <summary>Reads the two lists of numbers as a command line gives them, separated by commas, decimal point.</summary>
    /// <exception cref="FormatException">A list is not numbers, or the two do not fit together; the message names the remedy.</exception>
    public static Normalization Parse(string mean, string standardDeviation)
    {
        try
        {
            return new Normalization(Numbers(mean), Numbers(standardDeviation));
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"Mean '{mean}' and standard deviation '{standardDeviation}' do not fit: {e.Message}", e);
        }
    }

    /// <summary>The normalized value of each of the 256 levels of one channel.</summary>
    public float[] Levels(int channel)
    {
        float[] levels = new float[256];
        for (int x = 0; x < levels.Length; x++)
        {
            levels[x] = ((x / 255f) - Mean[channel]) / StandardDeviation[channel];
        }

        return levels;
    }

    private static float[] Numbers(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
        [
            .. text.Split(',', StringSplitOptions.TrimEntries).Select(part =>
                float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
                    ? number
                    : throw new FormatException($"'{part}' in '{text}' is not a number. Write one number a channel, for example 0.485,0.456,0.406.")),
        ];
    }
}
