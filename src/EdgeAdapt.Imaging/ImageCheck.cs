namespace EdgeAdapt.Imaging;

/// <summary>What can be said about an encoded image without decoding it.</summary>
/// <param name="Status">Ready where the decoder may be given the bytes.</param>
/// <param name="Fault">What is wrong and what to do; empty where Ready.</param>
/// <param name="Height">Height in pixels that the image announces; 0 for a part of an image.</param>
/// <param name="Width">Width in pixels that the image announces; 0 for a part of an image.</param>
internal readonly record struct ImageCheck(ImageStatus Status, string Fault, int Height = 0, int Width = 0)
{
    public static ImageCheck Ready => new(ImageStatus.Ready, string.Empty);

    public static ImageCheck Whole(int height, int width) => new(ImageStatus.Ready, string.Empty, height, width);

    public static ImageCheck Refuse(ImageStatus status, string fault) => new(status, fault);
}
