using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAdapt.Testing.Models;

/// <summary>What ONNX Runtime makes of a model when it loads it.</summary>
public static class OptimizedOperators
{
    /// <summary>How often each operator stands in the optimized graph.</summary>
    /// <param name="model">A model that ONNX Runtime loads.</param>
    public static IReadOnlyDictionary<string, int> Count(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string path = Path.Combine(Path.GetTempPath(), $"optimized-{Guid.NewGuid():N}.onnx");
        try
        {
            using SessionOptions options = new SessionSettings { Threads = 1 }.ToNative();
            options.OptimizedModelFilePath = path;
            using (new InferenceSession(model.ToBytes(), options))
            {
            }

            return OnnxModel.Load(path).Graph.Node.GroupBy(n => n.OpType, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
