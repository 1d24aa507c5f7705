using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Quantization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Preparation;

/// <summary>
/// Makes a classifier adaptable whose BatchNormalization an exporter has folded into its convolutions: each such convolution
/// gets a normalization layer behind it that is the identity to the last bit, and the statistics of what passes through it
/// on images of the source. A model that has its layers keeps them and gets the statistics. Of a model quantized to 8 bits with
/// QuantizeLinear and DequantizeLinear the layer stands between the convolution and the QuantizeLinear of its output;
/// <see cref="NormalizationModel.With"/> folds it into the weights' scales and the bias, so that the convolution goes on computing on integers.
/// </summary>
public static class ModelPreparation
{
    /// <summary>Prepares a model.</summary>
    /// <param name="original">The model; not changed.</param>
    /// <param name="batches">
    /// Images like those the model was trained on, preprocessed as it wants them, <c>[N, C, H, W]</c> each. Images with NaN or
    /// infinite values are left out. A few hundred are enough for a small network.
    /// </param>
    /// <param name="settings">How ONNX Runtime runs the model; null for all cores.</param>
    /// <exception cref="OnnxModelException">
    /// The model has neither layers with running statistics nor a convolution that lost one, it is quantized in a form that takes no layer, or the images do not fit it.
    /// </exception>
    /// <exception cref="ArgumentException">There is no usable image.</exception>
    public static PreparedModel Apply(OnnxModel original, IEnumerable<FloatTensor> batches, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(batches);
        QuantizedModel.Check(original);
        OnnxModel model = NormalizationModel.Fold(original);
        NormalizationModel.Prepare(model, out IReadOnlyList<NormalizationLayer> layers);
        if (layers.Count > 0 && !layers.Any(l => l.HasStatistics))
        {
            throw new OnnxModelException(
                $"'{original.Name}' has {layers.Count} normalization layers without running statistics ('{layers[0].Name}' is the first): each image is normalised by itself. Use the model as it is.");
        }

        IReadOnlyList<(NodeProto Node, Convolution Convolution)> survey = LayerInsertion.Survey(model);
        using IEnumerator<FloatTensor> images = batches.GetEnumerator();
        if (!images.MoveNext())
        {
            throw new ArgumentException("There is no image to take statistics from. Give some of the data that the model was trained on.", nameof(batches));
        }

        if (layers.Count == 0)
        {
            survey = MarkSinglePixels(model, survey, images.Current, settings);
            model = InsertLayers(original.Name, model, survey);
        }

        NormalizationModel layered = NormalizationModel.Of(model);
        using var estimate = new StatisticsEstimate(layered, settings);
        do
        {
            estimate.Add(images.Current);
        }
        while (images.MoveNext());

        if (estimate.Count == 0)
        {
            throw new ArgumentException("Every image holds NaN or infinite values. Check how they were written.", nameof(batches));
        }

        IReadOnlyList<LayerStatistics> statistics = estimate.Result();
        OnnxModel prepared = model.Edit(proto =>
        {
            for (int i = 0; i < layered.Layers.Count; i++)
            {
                if (layered.Layers[i].HasStatistics)
                {
                    SourceStatistics.Write(proto, layered.Layers[i].ScaleName, statistics[i]);
                }
            }
        });
        return new PreparedModel(prepared, layers.Count == 0 ? [.. survey.Select(s => s.Convolution)] : [], layered.Layers.Count, estimate.Count);
    }

    private static OnnxModel InsertLayers(string name, OnnxModel model, IReadOnlyList<(NodeProto Node, Convolution Convolution)> survey)
    {
        Dictionary<string, Convolution> chosen = survey.Where(s => s.Convolution.Status == ConvolutionStatus.Prepared)
            .ToDictionary(s => s.Node.Output[0], s => s.Convolution, StringComparer.Ordinal);
        if (model.OpsetVersion < QuantizedConvolutions.MinimumOpset && chosen.Values.Any(c => c.Quantized))
        {
            throw new OnnxModelException(
                $"'{name}' is quantized in ONNX operator set {model.OpsetVersion}, which knows one scale for all channels of a weight only. " +
                $"Export the float model with opset {QuantizedConvolutions.MinimumOpset} or later and quantize it again.");
        }

        return chosen.Count > 0 ? LayerInsertion.Insert(model, chosen) : throw new OnnxModelException(
            $"'{name}' has no convolution that lost a normalization layer: of {survey.Count} convolutions none has a bias, more than one pixel and no layer behind it. There is nothing to adapt in it.");
    }

    /// <summary>Only running the model tells how many pixels a convolution has left: exporters rarely write shapes down.</summary>
    private static IReadOnlyList<(NodeProto Node, Convolution Convolution)> MarkSinglePixels(
        OnnxModel model, IReadOnlyList<(NodeProto Node, Convolution Convolution)> survey, FloatTensor images, SessionSettings? settings)
    {
        string[] names = [.. survey.Where(s => s.Convolution.Status == ConvolutionStatus.Prepared).Select(s => s.Node.Output[0])];
        if (names.Length == 0)
        {
            return survey;
        }

        OnnxModel probe = model.Edit(proto => proto.Graph.Output.AddRange(names.Select(n => new ValueInfoProto { Name = n })));
        ClassifierSignature signature = ClassifierSignature.Of(model);
        FloatTensor some = signature.FixedBatch > 0 ? images : images.Select([0]);
        using var session = new ModelSession(probe.Proto, settings);
        FloatTensor[] results = session.Run(new Dictionary<string, FloatTensor>(StringComparer.Ordinal) { [signature.InputName] = some }, names);
        HashSet<string> single = [.. names.Where((_, i) => results[i].Shape.Skip(2).All(d => d == 1))];
        return [.. survey.Select(s => single.Contains(s.Node.Output[0]) ? (s.Node, s.Convolution with { Status = ConvolutionStatus.OnePixel }) : s)];
    }
}
