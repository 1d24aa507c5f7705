using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Quantization;
using EdgeAdapt.ParameterSets;
using Onnx;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>
/// A model seen as its normalization layers plus frozen rest: finds the layers, reads their parameters, makes parameter
/// sets and applies them.
/// </summary>
public sealed class NormalizationModel
{
    private readonly OnnxModel _deployed;

    private NormalizationModel(OnnxModel deployed, OnnxModel model, ClassifierSignature signature, IReadOnlyList<NormalizationLayer> layers,
        IReadOnlyList<LayerParameters> source, IReadOnlyList<string> unscaled)
    {
        _deployed = deployed;
        Model = model;
        Signature = signature;
        Layers = layers;
        Source = source;
        Unscaled = unscaled;
    }

    /// <summary>
    /// The model after constant folding. Every layer's tensors are initializers of their own under the names of
    /// <see cref="NormalizationLayer.TensorNames"/>, even where the file let layers share one. Of a quantized model it is the float twin:
    /// its weights are what the integers stand for, its activations still pass QuantizeLinear and DequantizeLinear.
    /// </summary>
    public OnnxModel Model { get; }

    /// <summary>Whether the model's weights are integers, so that <see cref="With"/> gives a model that computes on integers.</summary>
    public bool IsQuantized => !ReferenceEquals(_deployed, Model);

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
        OnnxModel deployed = Fold(original);
        OnnxModel model = ConstantFolding.Apply(deployed);
        List<NormalizationLayer> layers = NormalizationLayerFinder.Find(model);
        if (layers.Count == 0)
        {
            QuantizedModel.Check(original);
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
        deployed = QuantizedModel.TakeTensors(deployed, model, layers.SelectMany(l => l.TensorNames));
        return new NormalizationModel(deployed, model, signature, layers, source, NormalizationLayerFinder.FindFixed(model));
    }

    /// <summary>The model as <see cref="Model"/> has it, and its layers, which may be none.</summary>
    /// <param name="original">The model as it was loaded.</param>
    /// <param name="layers">The layers in graph order.</param>
    public static OnnxModel Prepare(OnnxModel original, out IReadOnlyList<NormalizationLayer> layers)
    {
        OnnxModel model = ConstantFolding.Apply(Fold(original));
        layers = NormalizationLayerFinder.Find(model);
        return model;
    }

    /// <summary>The model with its constants folded and tensors of its own for every layer; quantized weights stay integers.</summary>
    /// <param name="original">The model as it was loaded.</param>
    public static OnnxModel Fold(OnnxModel original)
    {
        ArgumentNullException.ThrowIfNull(original);
        OnnxModel frozen = FreezeInitializers(original);
        return NormalizationLayerFinder.Isolate(TensorOrigins.Restore(frozen, ConstantFolding.Apply(frozen, keepQuantized: true)));
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

    /// <summary>
    /// The model with other parameters in the same places; ONNX Runtime folds it as it folds the original. Layers behind convolutions
    /// with 8-bit weights are folded here, into the weights' scales and the bias, because ONNX Runtime would compute those in float32.
    /// </summary>
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

        return _deployed.Edit(proto =>
        {
            if (IsQuantized)
            {
                QuantizedFolding.Apply(proto.Graph, _deployed, Layers, parameters);
            }

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

    /// <summary>
    /// The same layers in a model whose <see cref="Model"/> cuts activations off as the integers do, but does not round them: for training, which measures
    /// small changes of the answers. Of one rounded answer to the next there is as much rounding as change. A model without quantization is returned unchanged.
    /// </summary>
    public NormalizationModel WithoutRounding()
    {
        OnnxModel model = RoundingRemoval.Apply(Model);
        return ReferenceEquals(model, Model) ? this : new NormalizationModel(_deployed, model, Signature, Layers, Source, Unscaled);
    }

    /// <summary>
    /// The same layers and parameters without the weights, for whoever holds a model only to read and check parameter sets: weights are nearly all of its memory.
    /// Its <see cref="Model"/> keeps the hash and nothing that can be run.
    /// </summary>
    public NormalizationModel WithoutWeights()
    {
        OnnxModel model = Model.Edit(proto => proto.Graph.Initializer.Clear());
        return new NormalizationModel(IsQuantized ? model.Edit(_ => { }) : model, model, Signature, Layers, Source, Unscaled);
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
