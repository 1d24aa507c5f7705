using EdgeAdapt.Adaptation;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cli.Evaluation;

/// <summary>
/// The images of a corruption folder in stored order, batch by batch. Files stay open until it is disposed, because replay
/// buffers hold handles into them, beyond their own corruption where nothing is reset.
/// </summary>
internal sealed class CorruptionStream(CorruptionFolder folder, Normalization normalization, int batch, int images) : IDisposable
{
    private readonly Dictionary<string, NpyFrameReader> _readers = folder.Corruptions.ToDictionary(c => c, folder.Images);

    public CorruptionFolder Folder { get; } = folder;

    public int BatchesPerCorruption => (Images + batch - 1) / batch;

    public int Images { get; } = images;

    public (FloatTensor Images, IReadOnlyList<IAdaptationSample> Samples, IReadOnlyList<int> Labels) Batch(string corruption, int index)
    {
        NpyFrameReader reader = _readers[corruption];
        int first = index * batch;
        int count = Math.Min(batch, Images - first);
        return (
            reader.ReadTensor(first, count, normalization),
            [.. Enumerable.Range(first, count).Select(i => new ReaderSample(reader, i, normalization))],
            [.. Enumerable.Range(first, count).Select(i => Folder.Labels[i])]);
    }

    public void Dispose()
    {
        foreach (NpyFrameReader reader in _readers.Values)
        {
            reader.Dispose();
        }
    }
}
