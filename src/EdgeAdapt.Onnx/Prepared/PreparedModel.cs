using System.Runtime.InteropServices;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// Makes sessions of one model under many parameters, each in a few milliseconds. ONNX Runtime optimizes the model once; from then on the
/// normalization layers are folded here, into the weights as its kernels lay them out, and a session starts from that memory as it is.
/// How the weights are laid out is not written down anywhere: it is found out by having a model optimized whose every channel holds a number
/// of its own. Thread safe.
/// </summary>
/// <remarks>
/// The layers are folded in float64 and rounded once, where ONNX Runtime folds in float32: answers differ from those of
/// <see cref="NormalizationModel.With"/> in the last digits.
/// </remarks>
public sealed class PreparedModel
{
    // Two ways of rounding, through a hundred layers; a channel in the wrong place is off by a thousand times as much.
    private const float Tolerance = 1e-3f;
    private readonly NormalizationModel _model;
    private readonly SessionSettings _settings;
    private readonly IReadOnlyList<FoldedTensor> _tensors;
    private readonly int _slots;
    private readonly byte[] _template;
    private readonly IReadOnlyList<TensorPlace> _places;
    private readonly int _blockLength;

    private PreparedModel(NormalizationModel model, SessionSettings settings, FoldedGraph graph, byte[] template, IReadOnlyList<TensorPlace> places)
    {
        _model = model.WithoutWeights();
        _settings = settings;
        _tensors = [.. graph.Tensors.Select(t => t.Role == FoldedRole.Weight ? t with { Source = [] } : t)];
        _slots = graph.Slots;
        _template = template;
        _places = places;
        _blockLength = places.Max(p => p.Target + (p.Length * sizeof(float)));
    }

    /// <summary>Prepares a model, which takes as long as loading it a few times.</summary>
    /// <param name="model">The model.</param>
    /// <param name="imageShape"><c>[C, H, W]</c> of a preprocessed image.</param>
    /// <param name="settings">How its sessions run.</param>
    /// <param name="folder">A folder for files of the model's size, deleted again at once.</param>
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

        var block = new WeightBlock(_blockLength);
        foreach (TensorPlace place in _places)
        {
            ReadOnlySpan<float> source = place.Source is { } at ? MemoryMarshal.Cast<byte, float>(_template.AsSpan(at, place.Length * sizeof(float))) : [];
            place.Write(slots, source, block.Values(place.Target, place.Length));
        }

        return ModelSession.InPlace(
            _template, _places.Select(p => (p.Name, p.Shape, block.Address(p.Target))), _settings, block.Dispose);
    }

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

            ModelProto numbered = OptimizedForm.Of(graph.Fill(Numbers), settings, folder);
            ModelProto weighted = OptimizedForm.Of(graph.Fill(Template), settings, folder);
            byte[] template = Pinned(OptimizedForm.ToBytes(weighted, settings, folder));
            if (TensorPlaces.Find(graph, numbered, weighted, template, out reason) is not { } places)
            {
                return null;
            }

            var prepared = new PreparedModel(model, settings, graph, template, places);
            reason = prepared.FindFault(model, imageShape);
            return reason is null ? prepared : null;
        }
        catch (Exception e) when (e is OnnxModelException or OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            reason = e.Message;
            return null;
        }
    }

    /// <summary>Compares with what ONNX Runtime folds, under parameters that move every channel of every layer.</summary>
    private string? FindFault(NormalizationModel model, IReadOnlyList<int> imageShape)
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
        using ModelSession own = Build(moved);
        using var peer = new ModelSession(model.With(moved).Proto, _settings);
        float[] expected = peer.Run(inputs, outputs)[0].Values;
        float[] actual = own.Run(inputs, outputs)[0].Values;
        float size = Math.Max(expected.Max(MathF.Abs), float.Epsilon);
        float distance = expected.Zip(actual).Max(p => MathF.Abs(p.First - p.Second)) / size;
        return distance <= Tolerance ? null : $"its answers would be off by {distance:G2} of the largest logit";

        float Factor() => 1 + (0.1f * random.NextSingle());
    }

    /// <summary>A copy that does not move: sessions read from it as long as they live.</summary>
    private static byte[] Pinned(byte[] bytes)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned, 0);
        return pinned;
    }

    /// <summary>The number of each element's slot.</summary>
    private static float[] Numbers(FoldedTensor tensor) => [.. Enumerable.Range(0, tensor.Length).Select(i => (float)(FoldedGraph.SlotBase + 1 + tensor.FirstSlot + (i / tensor.PerSlot)))];

    /// <summary>A convolution's own weights; anything else is written for each session.</summary>
    private static float[] Template(FoldedTensor tensor) => tensor.Role == FoldedRole.Weight ? tensor.Source : Numbers(tensor);
}
