using EdgeAdapt.Adaptation;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.Cli;

/// <summary>One image of an open NumPy file, read again whenever it is needed, so that a replay buffer holds no pixels.</summary>
/// <param name="reader">The file; stays open as long as the sample is in use.</param>
/// <param name="index">The image's number in the file.</param>
/// <param name="normalization">Applied to pixels; preprocessed values are used as they are.</param>
internal sealed class ReaderSample(NpyFrameReader reader, long index, Normalization normalization) : IAdaptationSample
{
    /// <inheritdoc/>
    public string Id { get; } = $"{reader.Path}#{index}";

    /// <inheritdoc/>
    public void CopyTo(Span<float> destination) => reader.ReadTensor(index, 1, normalization).Values.CopyTo(destination);
}
