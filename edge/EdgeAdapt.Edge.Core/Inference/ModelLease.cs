using System.Diagnostics;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Inference;

/// <summary>
/// The right to use one state of the model until disposed: its session stays alive although the active model may be another one by then.
/// Not to be shared between threads; dispose it once.
/// </summary>
public sealed class ModelLease : IDisposable
{
    private readonly string _input;
    private readonly string[] _outputs;
    private readonly BusyTime _busy;
    private ModelSnapshot? _snapshot;

    internal ModelLease(ModelSnapshot snapshot, string input, string output, BusyTime busy)
    {
        _busy = busy;
        _snapshot = snapshot;
        _input = input;
        _outputs = [output];
    }

    /// <summary>Version of the parameter set in use; 0 for the model as its file holds it.</summary>
    public long Version => Snapshot.Version;

    /// <summary>How often the statistics have been refreshed; 0 for those of the parameter set.</summary>
    public long StatisticsGeneration => Snapshot.StatisticsGeneration;

    /// <summary>The parameters in use, one entry a layer.</summary>
    public IReadOnlyList<LayerParameters> Parameters => Snapshot.Parameters;

    internal ModelSnapshot Snapshot => _snapshot ?? throw new ObjectDisposedException(nameof(ModelLease));

    /// <summary>Runs the model.</summary>
    /// <param name="images">Preprocessed images <c>[N, C, H, W]</c>.</param>
    /// <returns>Logits <c>[N, K]</c>, all from this one state of the model.</returns>
    /// <exception cref="Onnx.OnnxModelException">ONNX Runtime fails on these images, for example on a wrong size.</exception>
    public FloatTensor Run(FloatTensor images)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            return Snapshot.Session.Run(new Dictionary<string, FloatTensor>(1, StringComparer.Ordinal) { [_input] = images }, _outputs)[0];
        }
        finally
        {
            _busy.AddSince(start);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _snapshot?.Leave();
        _snapshot = null;
    }
}
