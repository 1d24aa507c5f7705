using EdgeAdapt.Datasets;

namespace EdgeAdapt.Corruptions.Tests;

/// <summary>The stored images that the original code made, 32 x 32 at severity 5.</summary>
internal static class SharedImages
{
    public const int Side = 32;
    public const int Severity = 5;

    public static byte[][] Read(string name, int count)
    {
        using NpyFrameReader reader = NpyFrameReader.Open(SharedData.File($"cifar10c/{name}.npy"));
        return [.. Enumerable.Range(0, count).Select(i => reader.ReadFrame(i))];
    }
}
