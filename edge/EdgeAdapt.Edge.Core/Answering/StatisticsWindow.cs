using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>Puts the newest frames together to a batch for the statistics, in the memory of the batch itself: that of one which is not wanted serves the next.</summary>
/// <param name="frames">Frames in a batch.</param>
/// <param name="imageShape"><c>[C, H, W]</c>.</param>
internal sealed class StatisticsWindow(int frames, IReadOnlyList<int> imageShape)
{
    private float[]? _batch;
    private int _count;

    /// <summary>Whether the batch is complete; then it is taken or cleared before the next frame.</summary>
    public bool IsFull => _count == frames;

    /// <summary>Whether no frame is in it.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Takes a frame.</summary>
    /// <param name="image">The preprocessed frame <c>[C, H, W]</c>; it is copied.</param>
    public void Add(ReadOnlySpan<float> image)
    {
        _batch ??= GC.AllocateUninitializedArray<float>(frames * image.Length);
        image.CopyTo(_batch.AsSpan(_count++ * image.Length));
    }

    /// <summary>Counts a frame of a batch that nobody will take, without copying it.</summary>
    public void Pass() => _count++;

    /// <summary>Begins anew.</summary>
    public void Clear() => _count = 0;

    /// <summary>Hands the complete batch <c>[B, C, H, W]</c> over and begins anew.</summary>
    public FloatTensor Take()
    {
        var batch = new FloatTensor(_batch!, frames, imageShape[0], imageShape[1], imageShape[2]);
        (_batch, _count) = (null, 0);
        return batch;
    }
}
