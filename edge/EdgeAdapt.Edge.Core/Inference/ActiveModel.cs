using System.Diagnostics;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Prepared;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Inference;

/// <summary>
/// The model that answers, behind one reference that is exchanged as a whole: a request sees one state of parameters from its first layer to
/// its last, none waits for a swap, and the old session lives until its last request is done. Thread safe.
/// </summary>
public sealed class ActiveModel : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly PreparedModel? _prepared;
    private readonly SessionSettings _settings;
    private readonly FloatTensor _probe;
    private readonly BusyTime _busy = new();
    private volatile ModelSnapshot? _current;

    /// <summary>Loads the model.</summary>
    /// <param name="model">The model, normalization layers kept.</param>
    /// <param name="parameters">The parameters to start with, one entry a layer.</param>
    /// <param name="version">Their version; 0 for those of the model file.</param>
    /// <param name="statisticsGeneration">How often their statistics were refreshed.</param>
    /// <param name="imageShape"><c>[C, H, W]</c> of the images that will be asked about.</param>
    /// <param name="settings">How to run sessions; null for all cores.</param>
    /// <param name="prepared">Makes the sessions; null to have ONNX Runtime load and fold the model anew for each.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime refuses the model, or its logits are not finite.</exception>
    public ActiveModel(
        NormalizationModel model, IReadOnlyList<LayerParameters> parameters, long version, long statisticsGeneration, IReadOnlyList<int> imageShape, SessionSettings? settings = null,
        PreparedModel? prepared = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(imageShape);
        _model = model;
        _prepared = prepared;
        _settings = settings ?? SessionSettings.Default;
        _probe = new FloatTensor(new float[imageShape[0] * imageShape[1] * imageShape[2]], 1, imageShape[0], imageShape[1], imageShape[2]);
        _current = Build(parameters, version, statisticsGeneration);
        Classes = Probe(_current).SampleLength;
    }

    /// <summary>K: logits of one answer.</summary>
    public int Classes { get; }

    /// <summary>Version of the parameter set that answers now.</summary>
    public long Version => Current.Version;

    /// <summary>How often the statistics that answer now have been refreshed.</summary>
    public long StatisticsGeneration => Current.StatisticsGeneration;

    /// <summary>Time that leases have spent computing answers, and what else was noted of work on them, added up over threads.</summary>
    public TimeSpan Busy => _busy.Total;

    private ModelSnapshot Current => _current ?? throw new ObjectDisposedException(nameof(ActiveModel));

    /// <summary>The right to use the state that is active now. Dispose it soon: it keeps that state's session in memory.</summary>
    public ModelLease Acquire()
    {
        while (true)
        {
            // Between reading the reference and entering, a swap may have taken the last user out; the reference is a new one then.
            ModelSnapshot snapshot = Current;
            if (snapshot.TryEnter())
            {
                return new ModelLease(snapshot, _model.Signature.InputName, _model.Signature.OutputName, _busy);
            }
        }
    }

    /// <summary>Notes work on an answer that is none of the model's, such as decoding, from a timestamp of <see cref="Stopwatch"/> to now.</summary>
    internal void NoteBusySince(long start) => _busy.AddSince(start);

    /// <summary>Builds and warms a session with other parameters, without making it the active one: to be tried, and perhaps activated. Requests go on meanwhile.</summary>
    /// <param name="parameters">One entry a layer.</param>
    /// <param name="version">Their version.</param>
    /// <param name="statisticsGeneration">How often their statistics were refreshed.</param>
    /// <returns>The right to use it; disposed unactivated, the session goes with it.</returns>
    /// <exception cref="OnnxModelException">It does not load or its logits are not finite.</exception>
    public ModelLease Prepare(IReadOnlyList<LayerParameters> parameters, long version, long statisticsGeneration) =>
        new(Build(parameters, version, statisticsGeneration), _model.Signature.InputName, _model.Signature.OutputName, new BusyTime());

    /// <summary>
    /// Makes a state the active one: a prepared one, or one that was active before. The lease stays the caller's, to be disposed as ever. Call it from one thread at a time.
    /// </summary>
    /// <param name="state">The state; of this model.</param>
    public void Activate(ModelLease state)
    {
        ArgumentNullException.ThrowIfNull(state);

        // It cannot fail: the caller's lease is one of its users.
        ModelSnapshot next = state.Snapshot;
        next.TryEnter();
        Interlocked.Exchange(ref _current, next)?.Leave();
    }

    /// <summary>
    /// Builds a session with other parameters, warms it, and makes it the active one. Requests go on meanwhile. Call it from one thread at a time.
    /// </summary>
    /// <param name="parameters">One entry a layer.</param>
    /// <param name="version">Their version.</param>
    /// <param name="statisticsGeneration">How often their statistics were refreshed.</param>
    /// <exception cref="OnnxModelException">The new state does not load or its logits are not finite; the old one stays active.</exception>
    public void Swap(IReadOnlyList<LayerParameters> parameters, long version, long statisticsGeneration)
    {
        using ModelLease next = Prepare(parameters, version, statisticsGeneration);
        Activate(next);
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _current, null)?.Leave();

    private ModelSnapshot Build(IReadOnlyList<LayerParameters> parameters, long version, long statisticsGeneration)
    {
        ModelSession session = _prepared?.Build(parameters) ?? new ModelSession(_model.With(parameters).ToBytes(), _settings);
        var snapshot = new ModelSnapshot(session, parameters, version, statisticsGeneration);
        try
        {
            // Where every core is busy, an answer that waits for this one goes first: it would else wait for both halves of the work.
            Thread.Yield();

            // The first run of a session allocates and packs; here it costs nobody an answer, and shows whether the numbers are sound.
            FloatTensor logits = Probe(snapshot);
            if (logits.Values.Any(v => !float.IsFinite(v)))
            {
                throw new OnnxModelException($"The model answers a blank image with numbers that are not finite under parameter version {version}. Publish an earlier version.");
            }

            return snapshot;
        }
        catch
        {
            snapshot.Leave();
            throw;
        }
    }

    private FloatTensor Probe(ModelSnapshot snapshot)
    {
        var inputs = new Dictionary<string, FloatTensor>(1, StringComparer.Ordinal) { [_model.Signature.InputName] = _probe };
        return snapshot.Session.Run(inputs, [_model.Signature.OutputName])[0];
    }
}
