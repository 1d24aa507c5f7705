using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>A way to get from new parameters to a model that answers with them. Dispose it when no answer is under way.</summary>
internal interface ISwapRoute : IDisposable
{
    /// <summary>What it does, in a few words.</summary>
    string Name { get; }

    /// <summary>Makes answers use other parameters.</summary>
    /// <param name="parameters">One entry a layer.</param>
    void Swap(IReadOnlyList<LayerParameters> parameters);

    /// <summary>Logits of an image <c>[1, C, H, W]</c>.</summary>
    float[] Run(FloatTensor image);
}
