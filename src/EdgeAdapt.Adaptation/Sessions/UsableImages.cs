using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// The images of a batch that hold finite values only. One NaN pixel would otherwise reach every image of the batch through
/// the batch statistics.
/// </summary>
internal sealed class UsableImages
{
    private readonly int _count;

    public UsableImages(FloatTensor images)
    {
        _count = images.Count;
        Rows = [.. Enumerable.Range(0, images.Count).Where(i => FiniteValues.AreAll(images.Sample(i)))];
        Images = Rows.Count == images.Count ? images : images.Select(Rows);
    }

    /// <summary>Rows of the batch that are usable, ascending.</summary>
    public IReadOnlyList<int> Rows { get; }

    /// <summary>The usable images <c>[n, C, H, W]</c>; n may be 0.</summary>
    public FloatTensor Images { get; }

    /// <summary>Logits <c>[N, K]</c> of the whole batch from those of the usable images; the others get NaN.</summary>
    public FloatTensor Spread(FloatTensor logits)
    {
        if (Rows.Count == _count)
        {
            return logits;
        }

        FloatTensor spread = Broken(_count, logits.SampleLength);
        for (int i = 0; i < Rows.Count; i++)
        {
            logits.Sample(i).CopyTo(spread.Sample(Rows[i]));
        }

        return spread;
    }

    /// <summary>Logits <c>[N, K]</c> that are all NaN.</summary>
    public static FloatTensor Broken(int count, int classes)
    {
        float[] values = new float[count * Math.Max(classes, 1)];
        Array.Fill(values, float.NaN);
        return new FloatTensor(values, count, Math.Max(classes, 1));
    }
}
