using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>Makes a new session for each set of parameters, one way or another.</summary>
/// <param name="name">What that way is.</param>
/// <param name="model">The model.</param>
/// <param name="build">Makes a session.</param>
/// <param name="owned">What makes them, disposed with this object; null for nothing.</param>
internal sealed class SessionRoute(string name, NormalizationModel model, Func<IReadOnlyList<LayerParameters>, ModelSession> build, IDisposable? owned = null) : ISwapRoute
{
    private ModelSession? _session;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public void Swap(IReadOnlyList<LayerParameters> parameters)
    {
        ModelSession next = build(parameters);
        _session?.Dispose();
        _session = next;
    }

    /// <inheritdoc/>
    public float[] Run(FloatTensor image) =>
        _session!.Run(new Dictionary<string, FloatTensor>(1, StringComparer.Ordinal) { [model.Signature.InputName] = image }, [model.Signature.OutputName])[0].Values;

    /// <inheritdoc/>
    public void Dispose()
    {
        _session?.Dispose();
        owned?.Dispose();
    }
}
