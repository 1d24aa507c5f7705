using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAdapt.Imaging;

/// <summary>Hands bytes to ONNX Runtime without copying them.</summary>
internal static class PixelTensor
{
    /// <summary>Wraps the bytes, which stay where they are until the result is disposed. ONNX Runtime only reads its inputs.</summary>
    public static OrtValue Of(ReadOnlyMemory<byte> bytes, params long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, MemoryMarshal.AsMemory(bytes), shape);
}
