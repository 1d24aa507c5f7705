using EdgeAdapt.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>A session on an optimized model and the memory that it reads its weights from. Dispose it when no run is under way.</summary>
internal sealed class WeightedSession : IDisposable
{
    private readonly byte[] _graph;
    private readonly WeightBlock _block;
    private readonly List<OrtValue> _values = [];

    /// <summary>Starts the session.</summary>
    /// <param name="graph">The model in ONNX Runtime's format, in an array that does not move; never written to again.</param>
    /// <param name="places">The tensors that lie in the block in place of the model's own.</param>
    /// <param name="block">Their memory, written before; disposed with this object, and where this constructor throws.</param>
    /// <param name="settings">How to run it.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime refuses the model.</exception>
    public WeightedSession(byte[] graph, IReadOnlyList<TensorPlace> places, WeightBlock block, SessionSettings settings)
    {
        _graph = graph;
        _block = block;
        using SessionOptions options = settings.ToNative();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        options.AddSessionConfigEntry("session.load_model_format", "ORT");
        options.AddSessionConfigEntry("session.use_ort_model_bytes_directly", "1");
        options.AddSessionConfigEntry("session.use_ort_model_bytes_for_initializers", "1");
        try
        {
            foreach (TensorPlace place in places)
            {
                _values.Add(OrtValue.CreateTensorValueWithData(
                    OrtMemoryInfo.DefaultInstance, TensorElementType.Float, place.Shape, block.Address(place.Target), (long)place.Length * sizeof(float)));
                options.AddInitializer(place.Name, _values[^1]);
            }

            Session = new InferenceSession(graph, options);
        }
        catch (OnnxRuntimeException e)
        {
            Release();
            throw new OnnxModelException($"ONNX Runtime cannot load the prepared model: {e.Message}", e);
        }
    }

    /// <summary>The session; disposed with this object.</summary>
    public InferenceSession Session { get; }

    /// <summary>The weights; not to be written to while a run is under way.</summary>
    public WeightBlock Weights => _block;

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Dispose();
        Release();
    }

    private void Release()
    {
        _values.ForEach(v => v.Dispose());
        _block.Dispose();

        // ONNX Runtime has its address alone.
        GC.KeepAlive(_graph);
    }
}
