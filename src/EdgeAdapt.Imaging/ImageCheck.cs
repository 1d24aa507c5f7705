namespace EdgeAdapt.Imaging;

/// <summary>What can be said about an encoded image without decoding it.</summary>
/// <param name="Status">Ready where the decoder may be given the bytes.</param>
/// <param name="Fault">What is wrong and what to do; empty where Ready.</param>
internal readonly record struct ImageCheck(ImageStatus Status, string Fault)
{
    public static ImageCheck Ready => new(ImageStatus.Ready, string.Empty);

    public static ImageCheck Refuse(ImageStatus status, string fault) => new(status, fault);
}
