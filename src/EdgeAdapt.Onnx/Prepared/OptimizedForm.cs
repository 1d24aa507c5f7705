using System.Runtime.CompilerServices;
using EdgeAdapt.Onnx.Sessions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// What ONNX Runtime makes of a model on this machine: operators fused, weights laid out for its kernels. Models go to it and come back through files: as arrays, each
/// would lie in memory once more, beside the copies that ONNX Runtime makes.
/// </summary>
internal static class OptimizedForm
{
    /// <summary>What the names of its files match.</summary>
    public const string Files = "optimized-*.tmp";

    // Of a model whose files are larger, every copy is given back as soon as it is not needed. The collection costs some ms, which a small one is not worth.
    private const long Large = 8_000_000;

    /// <summary>As ONNX, whose tensors can be read by name.</summary>
    /// <param name="make">Makes the model; not held while ONNX Runtime works.</param>
    /// <param name="settings">How its sessions run.</param>
    /// <param name="folder">For the files.</param>
    public static ModelProto Of(Func<ModelProto> make, SessionSettings settings, string folder)
    {
        using SessionOptions options = settings.ToNative();
        string path = Write(make, options, folder, "ONNX");
        try
        {
            using FileStream file = File.OpenRead(path);
            return ModelProto.Parser.ParseFrom(file);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>An optimized model in ONNX Runtime's own format, from whose bytes a session can run without copying a weight.</summary>
    /// <param name="optimized">The model; held by the caller.</param>
    /// <param name="settings">How its sessions run.</param>
    /// <param name="folder">For the files.</param>
    public static OptimizedFile ToFile(ModelProto optimized, SessionSettings settings, string folder)
    {
        using SessionOptions options = settings.ToNative();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        return new OptimizedFile(Write(() => optimized, options, folder, "ORT"));
    }

    /// <summary>Has a model loaded, and says how large its file was.</summary>
    /// <param name="make">Makes the model; not held while ONNX Runtime works.</param>
    /// <param name="options">How to load it.</param>
    /// <param name="folder">For the file.</param>
    public static InferenceSession Load(Func<ModelProto> make, SessionOptions options, string folder)
    {
        string path = NewPath(folder);
        try
        {
            Save(make, path);
            ReleaseMemory(path);
            return new InferenceSession(path, options);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Write(Func<ModelProto> make, SessionOptions options, string folder, string format)
    {
        string path = NewPath(folder);
        try
        {
            options.OptimizedModelFilePath = path;
            options.AddSessionConfigEntry("session.save_model_format", format);
            Load(make, options, folder).Dispose();
            ReleaseMemory(path);
            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    // A method of its own: what it has made is garbage as soon as it returns.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Save(Func<ModelProto> make, string path)
    {
        using FileStream file = File.Create(path);
        make().WriteTo(file);
    }

    private static void ReleaseMemory(string path)
    {
        if (new FileInfo(path).Length > Large)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            NativeHeap.Trim();
        }
    }

    private static string NewPath(string folder) => Path.Combine(folder, Files.Replace("*", Guid.NewGuid().ToString("N"), StringComparison.Ordinal));
}
