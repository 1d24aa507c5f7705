using EdgeAdapt.Datasets;

namespace EdgeAdapt.Demo.Streams;

/// <summary>Streams the files of a corruption folder one after another, each in an order of its own drawn from the seed.</summary>
internal sealed class CorruptionDrift : IDriftSource
{
    private readonly CorruptionFolder _folder;

    /// <summary>Opens a folder.</summary>
    /// <exception cref="DatasetException">The folder cannot be used.</exception>
    public CorruptionDrift(string path)
    {
        _folder = CorruptionFolder.Open(path);
        Phases = [.. _folder.Corruptions.Select(c => c.Replace('_', ' '))];
    }

    /// <inheritdoc/>
    public string Description => $"the folder {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_folder.Path)))}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Phases { get; }

    /// <inheritdoc/>
    public int MaximumFrames => _folder.Count;

    /// <inheritdoc/>
    public (int Height, int Width, int Channels) FrameSize => (_folder.Height, _folder.Width, _folder.Channels);

    /// <inheritdoc/>
    public void Render(int phase, int seed, Span<byte> pixels, Span<int> labels)
    {
        int[] order = [.. Enumerable.Range(0, _folder.Count)];
        new Random(HashCode(seed, phase)).Shuffle(order);
        using NpyFrameReader images = _folder.Images(_folder.Corruptions[phase]);
        for (int i = 0; i < labels.Length; i++)
        {
            images.ReadPixels(order[i], pixels.Slice(i * images.FrameLength, images.FrameLength));
            labels[i] = _folder.Labels[order[i]];
        }
    }

    // System.HashCode is salted for each process; a seeded stream must not be.
    private static int HashCode(int seed, int phase) => unchecked((seed * 7919) + (phase * 104729));
}
