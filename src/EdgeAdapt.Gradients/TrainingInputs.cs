using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients;

/// <summary>Checks what a step is given and names it as the gradient graph has it.</summary>
internal static class TrainingInputs
{
    public static void CheckImages(FloatTensor images, ClassifierSignature signature)
    {
        if (images.Shape.Length != 4 || images.Shape[0] < 1)
        {
            throw new ArgumentException($"The images have the shape [{string.Join(", ", images.Shape)}]; give a batch [N, C, H, W] of at least one.", nameof(images));
        }

        int[] expected = [signature.FixedBatch, signature.Channels, signature.Height, signature.Width];
        if (expected.Where((size, i) => size > 0 && size != images.Shape[i]).Any())
        {
            throw new ArgumentException(
                $"The images have the shape [{string.Join(", ", images.Shape)}] and the model takes " +
                $"[{string.Join(", ", expected.Select((size, i) => size > 0 ? $"{size}" : "NCHW"[i..(i + 1)]))}]. Resize the images, or export the model for this size.", nameof(images));
        }
    }

    public static Dictionary<string, FloatTensor> Assemble(
        GradientGraph graph, FloatTensor images, IReadOnlyList<LayerParameters> parameters, LossInputs loss)
    {
        CheckLayers(graph, images.Count, parameters);
        CheckLoss(graph, images.Count, loss);
        var inputs = new Dictionary<string, FloatTensor>(StringComparer.Ordinal)
        {
            [graph.InputName] = images,
            [GradientGraphNames.SampleMask] = new(loss.SampleMask ?? Enumerable.Repeat(1f, images.Count).ToArray(), images.Count),
            [GradientGraphNames.WeighByEntropy] = FloatTensor.Scalar(loss.EntropyMargin is null ? 0 : 1),
            [GradientGraphNames.EntropyMargin] = FloatTensor.Scalar(loss.EntropyMargin ?? 0),
        };
        if (graph.Loss == TrainingLoss.Distillation)
        {
            inputs[GradientGraphNames.TeacherLogits] = loss.TeacherLogits!;
            inputs[GradientGraphNames.Alpha] = FloatTensor.Scalar(loss.Alpha);
            inputs[GradientGraphNames.Beta] = FloatTensor.Scalar(loss.Beta);
            inputs[GradientGraphNames.Gamma] = FloatTensor.Scalar(loss.Gamma);
            inputs[GradientGraphNames.Temperature] = FloatTensor.Scalar(loss.Temperature);
        }

        AddLayers(inputs, graph, parameters);
        return inputs;
    }

    /// <summary>Names the layers' parameters as the graph has them.</summary>
    public static void AddLayers(Dictionary<string, FloatTensor> inputs, GradientGraph graph, IReadOnlyList<LayerParameters> parameters)
    {
        for (int i = 0; i < graph.Layers.Count; i++)
        {
            for (int j = 0; j < graph.Layers[i].TensorNames.Count; j++)
            {
                inputs[graph.Layers[i].TensorNames[j]] = new FloatTensor(parameters[i][j], [.. graph.Layers[i].TensorShape]);
            }
        }
    }

    public static void CheckLayers(GradientGraph graph, int batch, IReadOnlyList<LayerParameters> parameters)
    {
        if (parameters.Count != graph.Layers.Count)
        {
            throw new ArgumentException($"{parameters.Count} layers' parameters are given and the model has {graph.Layers.Count} layers.", nameof(parameters));
        }

        for (int i = 0; i < parameters.Count; i++)
        {
            NormalizationLayer layer = graph.Layers[i];
            for (int j = 0; j < layer.TensorNames.Count; j++)
            {
                if (parameters[i][j].Length != layer.Channels)
                {
                    throw new ArgumentException($"'{layer.TensorNames[j]}' has {parameters[i][j].Length} values and the layer has {layer.Channels} channels.", nameof(parameters));
                }
            }

            if (layer.HasStatistics && batch * graph.LayerPositions[i] < 2)
            {
                throw new ArgumentException(
                    $"The layer '{layer.Name}' sees one value a channel in a batch of {batch}, which has no variance. Train with at least two images.", nameof(parameters));
            }
        }
    }

    private static void CheckLoss(GradientGraph graph, int batch, LossInputs loss)
    {
        var faults = new List<string>();
        if (loss.SampleMask is { } mask)
        {
            if (mask.Length != batch)
            {
                faults.Add($"SampleMask has {mask.Length} entries for {batch} images");
            }

            if (mask.Any(m => !(m >= 0 && float.IsFinite(m))))
            {
                faults.Add("SampleMask holds values that are negative or not finite");
            }
            else if (mask.All(m => m == 0))
            {
                faults.Add("SampleMask leaves no sample to learn from; skip the step");
            }
        }

        if (loss.EntropyMargin is { } margin && !float.IsFinite(margin))
        {
            faults.Add("EntropyMargin is not finite; use null for no weighting");
        }

        if (graph.Loss == TrainingLoss.Entropy && loss.TeacherLogits is not null)
        {
            faults.Add("TeacherLogits are given for the entropy loss, which has no teacher");
        }

        if (graph.Loss == TrainingLoss.Distillation)
        {
            if (loss.TeacherLogits?.Shape is not [var rows, var columns] || rows != batch || columns != graph.Classes)
            {
                faults.Add($"TeacherLogits must be [{batch}, {graph.Classes}] and are {(loss.TeacherLogits is { } t ? $"[{string.Join(", ", t.Shape)}]" : "missing")}");
            }

            foreach ((string name, float weight) in new[] { ("Alpha", loss.Alpha), ("Beta", loss.Beta), ("Gamma", loss.Gamma) })
            {
                if (!float.IsFinite(weight) || weight < 0)
                {
                    faults.Add($"{name} is {weight}; it must be finite and at least 0");
                }
            }

            if (!float.IsFinite(loss.Temperature) || loss.Temperature <= 0)
            {
                faults.Add($"Temperature is {loss.Temperature}; it must be finite and above 0");
            }
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(". ", faults) + ".", nameof(loss));
        }
    }
}
