using EdgeAdapt.Onnx.Prepared;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;

namespace EdgeAdapt.Onnx.Sessions;

/// <summary>
/// A model loaded into ONNX Runtime, run on arrays. Thread safe: ONNX Runtime sessions may be run from several threads at
/// once. Dispose it when no call is under way.
/// </summary>
public sealed class ModelSession : IDisposable
{
    private static readonly Lazy<RunOptions> RunDefaults = new(() => new RunOptions());
    private readonly InferenceSession _session;

    // Null once this object is disposed.
    private Action? _released;

    /// <summary>Loads a model.</summary>
    /// <param name="model">A serialized ONNX model.</param>
    /// <param name="options">How to run it; null for all cores and every optimization.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime refuses the model.</exception>
    public ModelSession(byte[] model, SessionSettings? options = null)
    {
        using SessionOptions native = (options ?? SessionSettings.Default).ToNative();
        try
        {
            _session = new InferenceSession(model, native);
            _released = _session.Dispose;
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"ONNX Runtime cannot load the model: {e.Message}", e);
        }
    }

    private ModelSession(InferenceSession session, Action released)
    {
        _session = session;
        _released = released;
    }

    /// <summary>Loads a model.</summary>
    public ModelSession(ModelProto model, SessionSettings? options = null) : this(model.ToByteArray(), options)
    {
    }

    /// <summary>The names of the model's inputs.</summary>
    public IReadOnlyList<string> InputNames => _session.InputNames;

    /// <summary>The names of the model's outputs.</summary>
    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    /// <summary>The dimensions that ONNX Runtime inferred for an output; -1 where open, null where unknown.</summary>
    public int[]? OutputShape(string name) => _session.OutputMetadata[name] is { IsTensor: true } metadata ? metadata.Dimensions : null;

    /// <summary>Loads a model through a file, so that it does not lie in memory beside what ONNX Runtime makes of it.</summary>
    /// <param name="model">Makes the model; called once.</param>
    /// <param name="settings">How to run it.</param>
    /// <param name="folder">For the file, deleted again at once.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime refuses the model.</exception>
    internal static ModelSession ThroughFile(Func<ModelProto> model, SessionSettings settings, string folder)
    {
        using SessionOptions options = settings.ToNative();
        try
        {
            InferenceSession session = OptimizedForm.Load(model, options, folder);
            return new ModelSession(session, session.Dispose);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"ONNX Runtime cannot load the model: {e.Message}", e);
        }
    }

    /// <summary>Runs a session that somebody else owns.</summary>
    /// <param name="session">The session.</param>
    /// <param name="released">Called once, when it is not needed any more.</param>
    internal static ModelSession Borrow(InferenceSession session, Action released) => new(session, released);

    /// <summary>Runs the model on named float32 tensors.</summary>
    /// <param name="inputs">One tensor for each input.</param>
    /// <param name="outputs">The outputs to fetch; all are float32.</param>
    /// <returns>The fetched outputs, in the order asked for, in arrays of their own.</returns>
    /// <exception cref="OnnxModelException">ONNX Runtime fails on these inputs, for example on a wrong shape.</exception>
    public FloatTensor[] Run(IReadOnlyDictionary<string, FloatTensor> inputs, IReadOnlyCollection<string> outputs)
    {
        ObjectDisposedException.ThrowIf(_released is null, this);
        ArgumentNullException.ThrowIfNull(inputs);
        var values = new Dictionary<string, OrtValue>(inputs.Count, StringComparer.Ordinal);
        try
        {
            foreach ((string name, FloatTensor tensor) in inputs)
            {
                values.Add(name, Aligned(tensor));
            }

            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(RunDefaults.Value, values, outputs);
            return [.. results.Select(Copy)];
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"ONNX Runtime failed to run the model: {e.Message}", e);
        }
        finally
        {
            foreach (OrtValue value in values.Values)
            {
                value.Dispose();
            }
        }
    }

    /// <summary>Ends the profile that <see cref="SessionSettings.ProfilePrefix"/> began; runs after it are not in it.</summary>
    /// <returns>The file's path: Chrome trace events, JSON, one array.</returns>
    public string EndProfile() => _session.EndProfiling();

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _released, null)?.Invoke();

    // A managed array starts at any multiple of 8 bytes, and vectorized sums group their terms by where 32-byte blocks begin:
    // the same values at another address give another last digit. ONNX Runtime's own memory always starts alike.
    private static OrtValue Aligned(FloatTensor tensor)
    {
        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, tensor.Shape);
        tensor.Values.CopyTo(value.GetTensorMutableDataAsSpan<float>());
        return value;
    }

    private static FloatTensor Copy(OrtValue value) =>
        new(value.GetTensorDataAsSpan<float>().ToArray(), value.GetTensorTypeAndShape().Shape);
}
