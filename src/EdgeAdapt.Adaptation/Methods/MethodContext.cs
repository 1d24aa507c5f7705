using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>What a method of the <see cref="MethodCatalog"/> is made for.</summary>
/// <param name="Student">The edge model.</param>
/// <param name="Teacher">The foundation model, same input and classes; null where there is none.</param>
/// <param name="ImageShape">C, H and W of the images.</param>
/// <param name="Seed">Seed of the method's random draws.</param>
/// <param name="Settings">How ONNX Runtime runs it; null for all cores.</param>
public sealed record MethodContext(
    NormalizationModel Student, NormalizationModel? Teacher, (int Channels, int Height, int Width) ImageShape, ulong Seed, SessionSettings? Settings = null);
