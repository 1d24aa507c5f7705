using System.Runtime.CompilerServices;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>Frames of a NumPy file uint8 <c>[N, H, W, 3]</c>, read as they are needed.</summary>
public sealed class NpyFrameSource : IFrameSource
{
    private readonly NpyFrameReader _reader;
    private readonly bool _loop;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The .npy file.</param>
    /// <param name="loop">Whether to begin again at its end, for ever.</param>
    /// <exception cref="FrameSourceException">The file is missing, damaged, or of another shape or element type.</exception>
    public NpyFrameSource(string path, bool loop)
    {
        try
        {
            _reader = NpyFrameReader.Open(path);
        }
        catch (NpyFormatException e)
        {
            throw new FrameSourceException(e.Message, e);
        }

        string? fault = !_reader.IsPixels ? "preprocessed float32 values, not pixels"
            : _reader.Channels != 3 ? $"pictures of {_reader.Channels} channel"
            : _reader.Count == 0 ? "no frame"
            : null;
        if (fault is not null)
        {
            _reader.Dispose();
            throw new FrameSourceException($"'{path}' holds {fault}. Give --source a .npy file of uint8 [N, H, W, 3] (red first, 0 to 255) with at least one frame.");
        }

        _loop = loop;
        Description = $"{path} ({_reader.Count} frames of {_reader.Height} x {_reader.Width}{(loop ? ", repeated" : string.Empty)})";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Frame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        string file = Path.GetFileName(_reader.Path);
        do
        {
            for (long i = 0; i < _reader.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Read(file, i);
            }
        }
        while (_loop);
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private Frame Read(string file, long index)
    {
        string name = $"{file}[{index}]";
        try
        {
            return new Frame { Name = name, Bytes = _reader.ReadFrame(index), Height = _reader.Height, Width = _reader.Width };
        }
        catch (Exception e) when (e is NpyFormatException or IOException)
        {
            return new Frame { Name = name, Fault = e.Message };
        }
    }
}
