namespace EdgeAdapt.Corruptions;

/// <summary>One nonzero weight of a kernel and where it reads.</summary>
/// <param name="Down">Rows below the pixel.</param>
/// <param name="Right">Columns right of the pixel.</param>
/// <param name="Weight">The weight.</param>
internal readonly record struct KernelTap(int Down, int Right, float Weight);
