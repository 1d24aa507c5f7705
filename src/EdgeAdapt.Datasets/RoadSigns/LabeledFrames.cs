using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Datasets;

/// <summary>Images with their classes. The arrays are shared, not copied.</summary>
/// <param name="Pixels">uint8 <c>[N, H, W, 3]</c>, red first.</param>
/// <param name="Labels">The class of each of the N images.</param>
/// <param name="Height">H in pixels.</param>
/// <param name="Width">W in pixels.</param>
public sealed record LabeledFrames(byte[] Pixels, int[] Labels, int Height, int Width)
{
    /// <summary>N, the number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>The pixels of one image, <c>[H, W, 3]</c>, without copying.</summary>
    public ReadOnlyMemory<byte> Frame(int index) => Pixels.AsMemory(index * Height * Width * 3, Height * Width * 3);

    /// <summary>All images as a batch <c>[N, 3, H, W]</c>.</summary>
    public FloatTensor ToTensor(Normalization normalization) => Frames.ToTensor(Pixels, Count, Height, Width, 3, normalization);
}
