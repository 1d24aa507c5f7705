namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>A test of what is published for arm64; it is skipped, visibly, where ONNX Runtime for arm64 is not installed, which is a download of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Arm64LibraryFactAttribute : FactAttribute
{
    /// <summary>Marks the test.</summary>
    public Arm64LibraryFactAttribute()
    {
        string flavour = Programs.Flavour;
        if (flavour != "portable")
        {
            Skip = "the nuget flavour has no ONNX Runtime for arm64";
        }
        else if (!File.Exists(Checkout.Path("node_modules/onnxruntime-node/bin/napi-v6/linux/arm64/libonnxruntime.so.1")))
        {
            Skip = "needs ONNX Runtime for arm64 (build/onnxruntime-arm64.sh)";
        }
    }
}
