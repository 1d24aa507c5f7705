using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>
/// Compares a network's losses, gradients and batch statistics with PyTorch's. The error of a tensor is the norm of the difference over the
/// norm of what is expected. Where the terms of a gradient cancel to less than a hundredth, over that hundredth of the terms' norm: behind
/// a BatchNormalization that feeds another through a linear layer, dL/dβ is 0 but for rounding, and a relative error means nothing.
/// </summary>
internal sealed class GradientComparison
{
    /// <summary>What the product promises for every tensor.</summary>
    public const double Tolerance = 1e-4;

    private const double Cancellation = 1e-2;
    private readonly GradientReference _reference;
    private double _loss;
    private double _logits;
    private double _gradients;
    private double? _statistics;
    private string _worst = string.Empty;
    private int _cancelling;
    private int _tensors;

    private GradientComparison(GradientReference reference) => _reference = reference;

    /// <summary>Runs both losses and compares.</summary>
    /// <param name="reference">PyTorch's answers.</param>
    /// <param name="model">The exported file.</param>
    /// <param name="opset">The operator set it was exported in.</param>
    /// <param name="settings">How ONNX Runtime runs it.</param>
    /// <exception cref="OnnxModelException">The model cannot be trained, or its layers are other than PyTorch's.</exception>
    public static GradientRow Run(GradientReference reference, OnnxModel model, int opset, SessionSettings settings)
    {
        var comparison = new GradientComparison(reference);
        NormalizationModel normalization = NormalizationModel.Of(model);
        foreach (ReferenceCase expected in reference.Cases)
        {
            comparison.Compare(normalization, expected, settings);
        }

        double worst = new[] { comparison._loss, comparison._logits, comparison._gradients, comparison._statistics ?? 0 }.Max();
        return new GradientRow(
            reference.Network, opset, normalization.Layers.Count, comparison._tensors, comparison._loss, comparison._logits, comparison._gradients,
            comparison._worst, comparison._cancelling, comparison._statistics, worst <= Tolerance);
    }

    private void Compare(NormalizationModel model, ReferenceCase expected, SessionSettings settings)
    {
        bool distills = expected.Loss == "distillation";
        ReferenceOptions o = _reference.Options;
        using var session = new TrainingSession(model, distills ? TrainingLoss.Distillation : TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization, settings);
        TrainingResult result = session.Run(new FloatTensor(_reference.Images, _reference.Shape), model.Source, new LossInputs
        {
            Alpha = o.Alpha,
            Beta = o.Beta,
            Gamma = o.Gamma,
            Temperature = o.Temperature,
            EntropyMargin = o.Margin,
            SampleMask = o.Mask,
            TeacherLogits = distills ? new FloatTensor(_reference.Teacher, _reference.Shape[0], _reference.Teacher.Length / _reference.Shape[0]) : null,
        });
        _loss = Math.Max(_loss, Error([result.EntropyLoss, result.DistillationLoss, result.PseudoLabelLoss], expected.Losses, 0));
        _logits = Math.Max(_logits, Error(result.Logits.Values, expected.Logits, 0));
        if (model.Layers.Count != expected.Layers.Count)
        {
            throw new OnnxModelException($"'{model.Model.Name}' shows {model.Layers.Count} normalization layers and PyTorch's network has {expected.Layers.Count}.");
        }

        for (int i = 0; i < model.Layers.Count; i++)
        {
            string name = model.Layers[i].Name;
            ReferenceLayer layer = expected.Layers.GetValueOrDefault(name)
                ?? throw new OnnxModelException($"'{model.Model.Name}' has the layer '{name}', which PyTorch's network has not.");
            CompareGradient($"{name} scale", result.Gradients[i].Scale, layer.Scale, layer.ScaleTerms);
            CompareGradient($"{name} bias", result.Gradients[i].Bias, layer.Bias, layer.BiasTerms);
            if (layer.Mean is not null)
            {
                double moments = Math.Max(Error(result.BatchStatistics[i].Mean, layer.Mean, 0), Error(result.BatchStatistics[i].Variance, layer.Variance!, 0));
                _statistics = Math.Max(_statistics ?? 0, moments);
            }
        }
    }

    private void CompareGradient(string name, float[] actual, double[] expected, double terms)
    {
        _tensors++;
        _cancelling += Norm(expected) < Cancellation * terms ? 1 : 0;
        if (Error(actual, expected, Cancellation * terms) is var error && !(error <= _gradients))
        {
            (_gradients, _worst) = (error, name);
        }
    }

    private static double Error(float[] actual, double[] expected, double floor)
    {
        if (actual.Length != expected.Length)
        {
            return double.PositiveInfinity;
        }

        double difference = Norm([.. actual.Zip(expected, (a, e) => a - e)]);
        double norm = Math.Max(Norm(expected), floor);
        return norm == 0 ? difference : difference / norm;
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(v => v * v));
}
