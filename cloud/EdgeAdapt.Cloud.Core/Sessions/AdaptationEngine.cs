using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>
/// Takes steps for all sessions of one model. The graphs of student and teacher (hundreds of MB for large ones) exist once;
/// what differs between sessions is a state of some 10⁵ numbers that is put in before a step and taken out after it. Not thread safe.
/// </summary>
public sealed class AdaptationEngine : IDisposable
{
    /// <summary>Enough to see an update that destroys the model; the check then costs little beside the step.</summary>
    private const int CheckedSamples = 16;

    private readonly CloudAdapter _adapter;
    private readonly ForwardSession _forward;
    private readonly CloudAdapterState _initial;

    /// <summary>Builds the graphs.</summary>
    /// <exception cref="Onnx.OnnxModelException">A model has operators without a gradient.</exception>
    public AdaptationEngine(ServedModel model, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;

        // The session hands over whole batches, so a round without one never means "idle".
        CemaOptions options = model.Options with { ReplayOnlyStep = false };
        _adapter = new CloudAdapter(model.Student, model.Teacher, options, settings, (3, model.Manifest.Height, model.Manifest.Width));
        _initial = _adapter.Capture();
        _forward = new ForwardSession(model.Student, settings);
    }

    /// <summary>The model.</summary>
    public ServedModel Model { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="state">The session's state; null for a new session.</param>
    /// <param name="edgeStatistics">What the session's devices see now, or null where nobody has told.</param>
    /// <param name="batch">The new samples, as many as a step takes.</param>
    /// <param name="resolve">Finds the samples of the replay buffer; one that is gone is left out.</param>
    /// <param name="cancellationToken">Gives the step up; the session's state is then still the one before it.</param>
    public EngineResult Run(
        CloudAdapterState? state,
        IReadOnlyList<LayerStatistics>? edgeStatistics,
        IReadOnlyList<IAdaptationSample> batch,
        Func<string, IAdaptationSample?> resolve,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _adapter.Restore(state ?? _initial, resolve);
        if (edgeStatistics is not null)
        {
            _adapter.SetEdgeStatistics(edgeStatistics);
        }

        foreach (IAdaptationSample sample in batch)
        {
            _adapter.Enqueue(sample);
        }

        IReadOnlyList<LayerParameters> before = _adapter.StudentParameters;
        IReadOnlyList<AdaptationStep> steps = _adapter.Adapt(cancellationToken);
        if (steps.Count == 0)
        {
            // A step that was finished when the stop came is kept: it cost seconds, and keeping it costs milliseconds.
            cancellationToken.ThrowIfCancellationRequested();
        }

        IReadOnlyList<LayerParameters> after = _adapter.StudentParameters;
        return steps.Count == 1
            ? new EngineResult(_adapter.Capture(), steps[0], after, Shift(batch, before, after))
            : throw new InvalidOperationException($"{batch.Count} samples made {steps.Count} steps; a step takes exactly one batch.");
    }

    /// <summary>The classes that the teacher answers.</summary>
    /// <param name="state">The session's state, whose teacher answers; null for a new session.</param>
    /// <param name="images">Model inputs <c>[C, H, W]</c>, at least one.</param>
    /// <returns>One class an image; null where its answer is not finite.</returns>
    public IReadOnlyList<int?> TeacherClasses(CloudAdapterState? state, IReadOnlyList<float[]> images)
    {
        // Without its replay buffer, which answers nothing; the next step restores the whole.
        _adapter.Restore(state ?? _initial, _ => null);
        FloatTensor logits = _adapter.AnswerAsTeacher(FloatTensor.Stack(images, [3, Model.Manifest.Height, Model.Manifest.Width]));
        return [.. Enumerable.Range(0, images.Count).Select(i => float.IsNaN(Logits.Entropy(logits.Sample(i))) ? (int?)null : Logits.ArgMax(logits.Sample(i)))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter.Dispose();
        _forward.Dispose();
    }

    private double Shift(IReadOnlyList<IAdaptationSample> batch, IReadOnlyList<LayerParameters> before, IReadOnlyList<LayerParameters> after)
    {
        long[] shape = [3, Model.Manifest.Height, Model.Manifest.Width];
        float[][] samples = [.. batch.Take(CheckedSamples).Select(_ => new float[shape[0] * shape[1] * shape[2]])];
        for (int i = 0; i < samples.Length; i++)
        {
            batch[i].CopyTo(samples[i]);
        }

        // Under the same statistics on both sides: those may rightly jump when the first batch replaces the model's own.
        FloatTensor images = FloatTensor.Stack(samples, shape);
        LayerParameters[] comparable = [.. before.Zip(after, (b, a) => b with { Mean = a.Mean, Variance = a.Variance })];
        return AnswerShift.Of(_forward.Run(images, comparable), _forward.Run(images, after));
    }
}
