using System.Text.Json.Serialization;

namespace EdgeAdapt.Adaptation;

/// <summary>How much better than the current parameters a set answered the last uploads; positive differences mean that it was better.</summary>
/// <param name="Samples">Uploads compared, each weighted by its age.</param>
/// <param name="Sum">Weighted sum of the differences in cross entropy, nats.</param>
/// <param name="Squares">Weighted sum of their squares.</param>
public sealed record GuardScore(double Samples, double Sum, double Squares)
{
    /// <summary>Nothing compared yet.</summary>
    public static GuardScore Empty { get; } = new(0, 0, 0);

    /// <summary>Mean difference, nats a sample; 0 before the first.</summary>
    [JsonIgnore]
    public double Mean => Samples > 0 ? Sum / Samples : 0;

    /// <summary>Standard error of <see cref="Mean"/>; infinite below two samples.</summary>
    [JsonIgnore]
    public double StandardError => Samples < 2 ? double.PositiveInfinity : Math.Sqrt(Math.Max(0, (Squares / Samples) - (Mean * Mean)) / (Samples - 1));

    internal GuardScore With(ReadOnlySpan<double> own, ReadOnlySpan<double> other, int memory)
    {
        double kept = Math.Max(0, 1 - ((double)own.Length / memory));
        (double sum, double squares) = (kept * Sum, kept * Squares);
        for (int i = 0; i < own.Length; i++)
        {
            double difference = own[i] - other[i];
            sum += difference;
            squares += difference * difference;
        }

        return new GuardScore((kept * Samples) + own.Length, sum, squares);
    }
}
