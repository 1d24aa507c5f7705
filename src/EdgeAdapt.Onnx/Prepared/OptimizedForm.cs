using EdgeAdapt.Onnx.Sessions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>What ONNX Runtime makes of a model on this machine: operators fused, weights laid out for its kernels.</summary>
internal static class OptimizedForm
{
    /// <summary>What the names of its files match.</summary>
    public const string Files = "optimized-*.tmp";

    /// <summary>As ONNX, whose tensors can be read by name.</summary>
    public static ModelProto Of(ModelProto model, SessionSettings settings, string folder)
    {
        using SessionOptions options = settings.ToNative();
        return ModelProto.Parser.ParseFrom(Write(model, options, folder, "ONNX"));
    }

    /// <summary>An optimized model in ONNX Runtime's own format, from whose bytes a session can run without copying a weight.</summary>
    public static byte[] ToBytes(ModelProto optimized, SessionSettings settings, string folder)
    {
        using SessionOptions options = settings.ToNative();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        return Write(optimized, options, folder, "ORT");
    }

    /// <summary>ONNX Runtime writes models to files alone.</summary>
    private static byte[] Write(ModelProto model, SessionOptions options, string folder, string format)
    {
        string path = Path.Combine(folder, Files.Replace("*", Guid.NewGuid().ToString("N"), StringComparison.Ordinal));
        try
        {
            options.OptimizedModelFilePath = path;
            options.AddSessionConfigEntry("session.save_model_format", format);
            using (new InferenceSession(model.ToByteArray(), options))
            {
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
