using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// A model's answers to images and to their mirror images, pooled where mirroring keeps their meaning. Whether it does
/// is read from the answers: where most samples of one class become one and the same other class, left and right matter.
/// </summary>
internal static class MirroredAnswers
{
    /// <summary>Samples of a class below which its answers say nothing about the class.</summary>
    private const int FewestOfAClass = 3;

    /// <summary>The images with left and right exchanged.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    public static FloatTensor Mirror(FloatTensor images)
    {
        float[] mirrored = [.. images.Values];
        int width = (int)images.Shape[^1];
        for (int row = 0; row < mirrored.Length; row += width)
        {
            mirrored.AsSpan(row, width).Reverse();
        }

        return new FloatTensor(mirrored, images.Shape);
    }

    /// <summary>Both answers pooled in equal parts, or the plain answers where a class changes in the mirror.</summary>
    /// <param name="plain">Logits <c>[N, K]</c> of the images.</param>
    /// <param name="mirrored">Logits <c>[N, K]</c> of the mirror images; a row that is not finite leaves its sample's plain answer.</param>
    public static FloatTensor Combine(FloatTensor plain, FloatTensor mirrored) =>
        AClassChanges(plain, mirrored) ? plain : LogarithmicPool.Combine(plain, mirrored, 0.5);

    /// <summary>Whether more than half of the samples of some class become one and the same other class.</summary>
    private static bool AClassChanges(FloatTensor plain, FloatTensor mirrored) =>
        Enumerable.Range(0, plain.Count)
            .Select(i => (Plain: Logits.ArgMax(plain.Sample(i)), Mirrored: Logits.ArgMax(mirrored.Sample(i))))
            .GroupBy(answer => answer.Plain, answer => answer.Mirrored)
            .Any(own => own.Count() >= FewestOfAClass
                && own.Where(other => other != own.Key).GroupBy(other => other).Any(same => 2 * same.Count() > own.Count()));
}
