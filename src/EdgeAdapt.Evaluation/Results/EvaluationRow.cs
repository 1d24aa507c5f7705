namespace EdgeAdapt.Evaluation;

/// <summary>One method on one condition.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Corruption">The condition's name.</param>
/// <param name="Accuracy">Share of images answered correctly, 0 to 1, each before the update that uses it.</param>
/// <param name="UploadedFraction">Share of images that a gradient was computed from, 0 to 1.</param>
/// <param name="BytesUp">Uploaded images as encoded for the uplink, and statistics where the method sends them.</param>
/// <param name="BytesDown">Parameter sets sent down, as encoded.</param>
/// <param name="Seconds">Time for inference and adaptation together, reading the images not included.</param>
/// <param name="Protocol">In which order images came.</param>
/// <param name="Batch">Images in a batch at the edge.</param>
/// <param name="Delay">Batches between an upload and the parameters learnt from it.</param>
/// <param name="Seed">Seed of all random draws.</param>
/// <param name="Round">How often the condition had come round, from 1.</param>
/// <param name="Images">Images answered.</param>
/// <param name="Uploaded">Images uploaded.</param>
/// <param name="ParameterSets">Parameter sets sent down.</param>
public sealed record EvaluationRow(
    string Method, string Corruption, double Accuracy, double UploadedFraction, long BytesUp, long BytesDown, double Seconds,
    EvaluationProtocol Protocol, int Batch, int Delay, ulong Seed, int Round, int Images, int Uploaded, long ParameterSets)
{
    /// <summary>How uploads were encoded ("png", "jpeg-75"), where several encodings were compared and the method sends to a cloud; null elsewhere.</summary>
    public string? Upload { get; init; }

    /// <summary>The row of one tally.</summary>
    /// <param name="cell">The cell that counted.</param>
    /// <param name="tally">What it counted.</param>
    /// <param name="setBytes">Bytes of one parameter set as encoded.</param>
    public static EvaluationRow Of(EvaluationCell cell, ConditionTally tally, long setBytes)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(tally);
        return new EvaluationRow(
            cell.Method, tally.Corruption, (double)tally.Correct / tally.Images, (double)tally.Uploaded / tally.Images,
            tally.ImageBytesUp + tally.StatisticsBytesUp, tally.ParameterSets * setBytes, tally.Seconds,
            cell.Protocol, cell.Batch, cell.Delay, cell.Seed, tally.Round, tally.Images, tally.Uploaded, tally.ParameterSets);
    }
}
