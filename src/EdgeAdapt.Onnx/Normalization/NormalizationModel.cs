using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.ParameterSets;
using Onnx;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>
/// A model seen as its normalization layers plus frozen rest: finds the layers, reads their parameters, makes parameter
/// sets and applies them.
/// </summary>
public sealed class NormalizationModel
{
    private NormalizationModel(OnnxModel model, ClassifierSignature signature, IReadOnlyList<NormalizationLayer> layers, IReadOnlyList<LayerParameters> source,
        IReadOnlyList<string> unscaled)
    {
        Model = model;
        Signature = signature;
        Layers = layers;
        Source = source;
        Unscaled = unscaled;
    }

    /// <summary>
    /// The model after constant folding. Every layer's tensors are initializers of their own under the names of
    /// <see cref="NormalizationLayer.TensorNames"/>, even where the file let layers share one.
    /// </summary>
    public OnnxModel Model { get; }

    /// <summary>The model's image input and logits output.</summary>
    public ClassifierSignature Signature { get; }

    /// <summary>The layers in graph order.</summary>
    public IReadOnlyList<NormalizationLayer> Layers { get; }

    /// <summary>The parameters that the model file holds, one entry a layer; see <see cref="SourceStatistics"/> for models whose layers were put in later.</summary>
    public IReadOnlyList<LayerParameters> Source { get; }

    /// <summary>Names of nodes that normalize without scale and shift: they have no parameters, so nothing of them is adapted.</summary>
    public IReadOnlyList<string> Unscaled { get; }

    /// <summary>Finds the normalization layers of a classifier.</summary>
    /// <exception cref="OnnxModelException">The model has none, or one of them has no constant parameters.</exception>
    public static NormalizationModel Of(OnnxModel original)
    {
        ArgumentNullException.ThrowIfNull(original);
        ClassifierSignature signature = ClassifierSignature.Of(original);
        OnnxModel model = Prepare(original, out IReadOnlyList<NormalizationLayer> layers);
        if (layers.Count == 0)
        {
            throw new OnnxModelException(
                $"'{original.Name}' has no normalization layer to adapt: exporters fold BatchNormalization into convolutions unless told not to. " +
                "Export again with it kept (PyTorch: torch.onnx.export(..., training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)), " +
                "or give its convolutions layers with 'edgeadapt prepare'.");
        }

        Dictionary<string, TensorProto> tensors = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        LayerParameters[] source =
        [
            .. layers.Select(layer => SourceStatistics.Complete(model, layer, new LayerParameters(
                tensors[layer.ScaleName].ToFloats(), tensors[layer.BiasName].ToFloats(),
                layer.HasStatistics ? tensors[layer.MeanName].ToFloats() : [], layer.HasStatistics ? tensors[layer.VarianceName].ToFloats() : []))),
        ];
        return new NormalizationModel(model, signature, layers, source, NormalizationLayerFinder.FindFixed(model));
    }

    /// <summary>The model as <see cref="Model"/> has it, and its layers, which may be none.</summary>
    /// <param name="original">The model as it was loaded.</param>
    /// <param name="layers">The layers in graph order.</param>
    public static OnnxModel Prepare(OnnxModel original, out IReadOnlyList<NormalizationLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(original);
        OnnxModel frozen = FreezeInitializers(original);
        OnnxModel model = NormalizationLayerFinder.Isolate(TensorOrigins.Restore(frozen, ConstantFolding.Apply(frozen)));
        layers = NormalizationLayerFinder.Find(model);
        return model;
    }

    /// <summary>
    /// Old exporters list every initializer as an input too. ONNX Runtime takes such weights for replaceable and folds nothing.
    /// </summary>
    private static OnnxModel FreezeInitializers(OnnxModel model)
    {
        HashSet<string> initializers = model.Graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        return !model.Graph.Input.Any(i => initializers.Contains(i.Name)) ? model : model.Edit(proto =>
        {
            ValueInfoProto[] inputs = [.. proto.Graph.Input.Where(i => !initializers.Contains(i.Name))];
            proto.Graph.Input.Clear();
            proto.Graph.Input.AddRange(inputs);
        });
    }

    /// <summary>The model with other parameters in the same places; ONNX Runtime folds it as it folds the original.</summary>
    /// <param name="parameters">One entry a layer, in the order of <see cref="Layers"/>.</param>
    public OnnxModel With(IReadOnlyList<LayerParameters> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int i = 0; i < Layers.Count; i++)
        {
            for (int j = 0; j < Layers[i].TensorNames.Count; j++)
            {
                values[Layers[i].TensorNames[j]] = parameters[i][j];
            }
        }

        return Model.Edit(proto =>
        {
            for (int i = 0; i < proto.Graph.Initializer.Count; i++)
            {
                TensorProto tensor = proto.Graph.Initializer[i];
                if (values.TryGetValue(tensor.Name, out float[]? value))
                {
                    proto.Graph.Initializer[i] = TensorContents.Floats(tensor.Name, value, [.. tensor.Dims]);
                }
            }
        });
    }

    /// <summary>Packs parameters into a set.</summary>
    public ParameterSet Pack(ParameterSetManifest manifest, IReadOnlyList<LayerParameters> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int i = 0; i < Layers.Count; i++)
        {
            for (int j = 0; j < Layers[i].TensorNames.Count; j++)
            {
                tensors[Layers[i].TensorNames[j]] = parameters[i][j];
            }
        }

        return new ParameterSet(manifest, tensors);
    }

    /// <summary>
    /// Checks a set against this model and takes its parameters out: base model, names, shapes, finite values, no negative variance.
    /// </summary>
    /// <param name="set">The set to read.</param>
    /// <param name="fault">What is wrong with the set and what to do, or null.</param>
    /// <returns>One entry a layer, or null where the set does not fit.</returns>
    public IReadOnlyList<LayerParameters>? TryUnpack(ParameterSet set, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(set);
        fault = ParameterSetCheck.FindFault(set, Model.Sha256, Layers);
        return fault is not null
            ? null
            : [.. Layers.Select(layer => new LayerParameters(
                set.Tensors[layer.ScaleName], set.Tensors[layer.BiasName],
                layer.HasStatistics ? set.Tensors[layer.MeanName] : [], layer.HasStatistics ? set.Tensors[layer.VarianceName] : []))];
    }
}
