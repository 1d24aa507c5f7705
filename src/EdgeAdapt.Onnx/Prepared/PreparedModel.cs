using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// Makes sessions of one model under many parameters, each in a few milliseconds. ONNX Runtime optimizes the model once; from then on the
/// normalization layers are folded here, into the weights as its kernels lay them out, and a session starts from that memory as it is.
/// How the weights are laid out is not written down anywhere: it is found out by having a model optimized whose every channel holds a number
/// of its own. A small model's session that is disposed serves the next parameters, where that gives the same bits. Thread safe.
/// </summary>
/// <remarks>
/// The layers are folded in float64 and rounded once, where ONNX Runtime folds in float32: answers differ from those of
/// <see cref="NormalizationModel.With"/> in the last digits.
/// </remarks>
public sealed class PreparedModel : IDisposable
{
    // Two ways of rounding, through a hundred layers; a channel in the wrong place is off by a thousand times as much.
    private const float Tolerance = 1e-3f;

    // Filling a session anew takes a quarter of the time of starting one; a larger model's would lie in memory beside the one that answers.
    private const int MostBytesReused = 8_000_000;
    private readonly NormalizationModel _model;
    private readonly IReadOnlyList<FoldedTensor> _tensors;
    private readonly int _slots;
    private readonly SessionTemplate _template;

    private PreparedModel(NormalizationModel model, FoldedGraph graph, SessionTemplate template)
    {
        _model = model.WithoutWeights();
        _tensors = [.. graph.Tensors.Select(t => t with { Weight = null })];
        _slots = graph.Slots;
        _template = template;
    }

    /// <summary>Whether a session that is disposed serves the next parameters.</summary>
    internal bool ReusesSessions => _template.Reuses;

    /// <summary>Prepares a model, which takes as long as loading it a few times.</summary>
    /// <param name="model">The model.</param>
    /// <param name="imageShape"><c>[C, H, W]</c> of a preprocessed image.</param>
    /// <param name="settings">How its sessions run.</param>
    /// <param name="folder">A folder for files of the model's size, deleted again at once. One of them stays open, without a name, until this object is disposed.</param>
    /// <param name="reason">Why the model cannot be prepared, or null.</param>
    /// <returns>Null where it cannot be prepared: with 8-bit weights, or where an optimization of ONNX Runtime computes with the layers' parameters.</returns>
    public static PreparedModel? TryCreate(NormalizationModel model, IReadOnlyList<int> imageShape, SessionSettings settings, string folder, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(imageShape);
        ArgumentNullException.ThrowIfNull(settings);
        if (model.IsQuantized)
        {
            reason = "its weights are integers";
            return null;
        }

        return TryCreate(model, imageShape, settings, folder, convolve: false, out reason) ?? TryCreate(model, imageShape, settings, folder, convolve: true, out reason);
    }

    /// <summary>Deletes what a process that was killed while it prepared a model has left behind. For a folder that no other process prepares models in.</summary>
    /// <param name="folder">The folder.</param>
    public static void DeleteLeftovers(string folder)
    {
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder, OptimizedForm.Files))
            {
                File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They cost disk space and nothing else; the next start tries again.
        }
    }

    /// <summary>A session with these parameters.</summary>
    /// <param name="parameters">One entry a layer.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime refuses the model.</exception>
    public ModelSession Build(IReadOnlyList<LayerParameters> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        float[] slots = new float[_slots];
        foreach (FoldedTensor tensor in _tensors)
        {
            tensor.Evaluate(parameters[tensor.Layer], _model.Layers[tensor.Layer].Epsilon, slots.AsSpan(tensor.FirstSlot, tensor.Slots));
        }

        return _template.Open(slots);
    }

    /// <summary>Ends the use of the file; sessions live on.</summary>
    public void Dispose() => _template.Dispose();

    private static PreparedModel? TryCreate(
        NormalizationModel model, IReadOnlyList<int> imageShape, SessionSettings settings, string folder, bool convolve, out string? reason)
    {
        try
        {
            if (FoldedGraph.Of(model, convolve) is not { } graph)
            {
                reason = "it has too many parameters";
                return null;
            }

            // The numbers are as large as the weights, so they go before the weights come.
            if (TensorPlaces.Find(graph, OptimizedForm.Of(graph.Numbered, settings, folder), out reason) is not { } places
                || LoadTemplate(graph, places, settings, folder, out reason) is not { } template)
            {
                return null;
            }

            var prepared = new PreparedModel(model, graph, template);
            reason = prepared.FindFault(model, imageShape, settings, folder);
            if (reason is null)
            {
                return prepared;
            }

            prepared.Dispose();
            return null;
        }
        catch (Exception e) when (e is OnnxModelException or OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            reason = e.Message;
            return null;
        }
    }

    private static SessionTemplate? LoadTemplate(
        FoldedGraph graph, IReadOnlyList<(TensorPlace Place, bool HasSource)> places, SessionSettings settings, string folder, out string? reason)
    {
        ModelProto weighted = OptimizedForm.Of(graph.Weighted, settings, folder);
        OptimizedFile file = OptimizedForm.ToFile(weighted, settings, folder);
        byte[] bytes = file.ReadAll();
        if (TensorPlaces.Locate(places, weighted, bytes, out reason) is { } located)
        {
            return new SessionTemplate(file, bytes, located, settings);
        }

        file.Dispose();
        return null;
    }

    /// <summary>Compares with what ONNX Runtime folds, under parameters that move every channel of every layer.</summary>
    private string? FindFault(NormalizationModel model, IReadOnlyList<int> imageShape, SessionSettings settings, string folder)
    {
        var random = new Random(1);
        LayerParameters[] moved =
        [
            .. _model.Source.Select(layer => new LayerParameters(
                [.. layer.Scale.Select(v => v * Factor())], [.. layer.Bias.Select(v => v * Factor())],
                [.. layer.Mean.Select(v => v * Factor())], [.. layer.Variance.Select(v => v * Factor())])),
        ];
        float[] image = new float[imageShape[0] * imageShape[1] * imageShape[2]];
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (2 * random.NextSingle()) - 1;
        }

        var inputs = new Dictionary<string, FloatTensor> { [_model.Signature.InputName] = new(image, 1, imageShape[0], imageShape[1], imageShape[2]) };
        string[] outputs = [_model.Signature.OutputName];
        float[] expected = Answer(ModelSession.ThroughFile(() => model.With(moved).Proto, settings, folder));
        float[] actual = Answer(Build(moved));
        float size = Math.Max(expected.Max(MathF.Abs), float.Epsilon);
        float distance = expected.Zip(actual).Max(p => MathF.Abs(p.First - p.Second)) / size;
        if (_template.SessionBytes <= MostBytesReused)
        {
            // The second of these sessions is the first one, filled anew.
            _template.Reuses = true;
            Answer(Build(_model.Source));
            _template.Reuses = Answer(Build(moved)).AsSpan().SequenceEqual(actual);
        }

        return distance <= Tolerance ? null : $"its answers would be off by {distance:G2} of the largest logit";

        float Factor() => 1 + (0.1f * random.NextSingle());

        // One after the other: both at once would be the most memory that a start takes.
        float[] Answer(ModelSession session)
        {
            using (session)
            {
                return session.Run(inputs, outputs)[0].Values;
            }
        }
    }
}
