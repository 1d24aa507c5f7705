using System.Globalization;

namespace EdgeAdapt.Edge.Core.Resources;

/// <summary>How much memory an agent takes: an estimate from its model's file alone, above what was measured (docs/operation.md has the table).</summary>
public static class MemoryNeed
{
    /// <summary>What an agent takes whatever its model, in bytes: .NET, ONNX Runtime, the inference server.</summary>
    public const long Base = 150_000_000;

    /// <summary>
    /// Bytes for each byte of the model at the worst moment, which is its preparation at the start; the copies that it leaves are given back before the first answer. Measured with
    /// ResNet-18, whose 46.8 MB take 449 MB for a moment and 202 MB from then on.
    /// </summary>
    public const int PerModelByte = 7;

    /// <summary>Bytes that an agent with a model takes at most, besides requests, a large batch for the statistics, and pictures that wait while the disk stalls.</summary>
    /// <param name="modelBytes">Length of the .onnx file; from 0.</param>
    public static long Of(long modelBytes) => Base + (PerModelByte * modelBytes);

    /// <summary>Length of a model's file, for <see cref="Of"/>; 0 where there is none.</summary>
    public static long ModelBytes(string? model) => File.Exists(model) ? new FileInfo(model).Length : 0;

    /// <summary>Bytes to read: "87.5 MB", 10^6 bytes each.</summary>
    public static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");
}
