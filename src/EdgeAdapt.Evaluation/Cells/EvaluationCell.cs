using System.Globalization;

namespace EdgeAdapt.Evaluation;

/// <summary>The smallest unit of an evaluation: one method on one stream, from a reset to its end.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Protocol">In which order images come.</param>
/// <param name="Corruption">The condition, where each has a stream of its own; null where one stream runs through all.</param>
/// <param name="Batch">Images in a batch at the edge.</param>
/// <param name="Delay">Batches between an upload and the parameters learnt from it.</param>
/// <param name="Seed">Seed of all random draws.</param>
public sealed record EvaluationCell(string Method, EvaluationProtocol Protocol, string? Corruption, int Batch, int Delay, ulong Seed)
{
    /// <summary>How uploads are encoded.</summary>
    public UploadEncoding Upload { get; init; }

    /// <summary>A name for the cell's file: letters, digits, '.', '-', '_' and '%'.</summary>
    public string FileName => string.Create(
        CultureInfo.InvariantCulture,
        $"{Uri.EscapeDataString(Method)}.{Protocol.ToString().ToLowerInvariant()}.{Uri.EscapeDataString(Corruption ?? "stream")}.b{Batch}.d{Delay}.s{Seed}.{Upload.Name}.json");
}
