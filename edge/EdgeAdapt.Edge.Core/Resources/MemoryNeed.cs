using System.Globalization;

namespace EdgeAdapt.Edge.Core.Resources;

/// <summary>How much memory an agent takes: an estimate from its model's file alone, above what was measured (docs/operation.md has the table).</summary>
public static class MemoryNeed
{
    /// <summary>What an agent takes whatever its model, in bytes: .NET, ONNX Runtime, the inference server.</summary>
    public const long Base = 150_000_000;

    /// <summary>Copies of the weights at the worst moment: the model as read, the session that answers, and the one that is built to follow it, with what preparing it leaves.</summary>
    public const int WeightCopies = 4;

    /// <summary>Bytes that an agent with a model takes at most, besides requests.</summary>
    /// <param name="modelBytes">Length of the .onnx file; from 0.</param>
    public static long Of(long modelBytes) => Base + (WeightCopies * modelBytes);

    /// <summary>Length of a model's file, for <see cref="Of"/>; 0 where there is none.</summary>
    public static long ModelBytes(string? model) => File.Exists(model) ? new FileInfo(model).Length : 0;

    /// <summary>Bytes to read: "87.5 MB", 10^6 bytes each.</summary>
    public static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");
}
