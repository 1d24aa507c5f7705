using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>Cuts images into a grid of patches and puts these in random order, another one for each image.</summary>
internal static class PatchShuffle
{
    /// <summary>
    /// Shuffles. Rows and columns beyond the last whole patch stay where they are, where DeYO's code resizes twice: resizing would blur an image that
    /// the model is to compare with its original.
    /// </summary>
    /// <param name="images"><c>[N, C, H, W]</c>; not written to.</param>
    /// <param name="patches">Patches along each side; fewer along a side of fewer pixels.</param>
    /// <param name="generator">Draws one order an image.</param>
    public static FloatTensor Apply(FloatTensor images, int patches, SeededGenerator generator)
    {
        int channels = (int)images.Shape[1], height = (int)images.Shape[2], width = (int)images.Shape[3];
        int down = Math.Min(patches, height), across = Math.Min(patches, width);
        int patchHeight = height / down, patchWidth = width / across;
        float[] values = [.. images.Values];
        for (int n = 0; n < images.Count; n++)
        {
            int[] from = generator.Sample(down * across, down * across);
            for (int patch = 0; patch < from.Length; patch++)
            {
                int target = Corner(patch), source = Corner(from[patch]);
                for (int line = 0; line < channels * patchHeight; line++)
                {
                    // Line by line: the channels of a patch are as far apart as those of the image.
                    int offset = (((n * channels) + (line / patchHeight)) * height * width) + (line % patchHeight * width);
                    images.Values.AsSpan(offset + source, patchWidth).CopyTo(values.AsSpan(offset + target));
                }
            }
        }

        return new FloatTensor(values, images.Shape);

        int Corner(int patch) => (patch / across * patchHeight * width) + (patch % across * patchWidth);
    }
}
