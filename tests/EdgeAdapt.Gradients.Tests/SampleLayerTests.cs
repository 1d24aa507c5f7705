using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>
/// Layers without running statistics in every form that exporters write. The loss is a float32 number of order one with rounding of about 1e-7;
/// with a step of 1/64 its differences are good to some 1e-5, against gradients of 1e-2, hence the tolerance of 5e-3 on a tensor's norm.
/// </summary>
public sealed class SampleLayerTests
{
    private const float Step = 1f / 64;
    private const double Tolerance = 5e-3;

    [Theory]
    [InlineData(NormalizationStyle.LayerOperator)]
    [InlineData(NormalizationStyle.LayerPow)]
    [InlineData(NormalizationStyle.LayerChannelsFirst)]
    [InlineData(NormalizationStyle.LayerMovedMean)]
    [InlineData(NormalizationStyle.InstanceOperator)]
    [InlineData(NormalizationStyle.GroupReshape)]
    [InlineData(NormalizationStyle.GroupOperator18)]
    [InlineData(NormalizationStyle.GroupOperator21)]
    [InlineData(NormalizationStyle.Affine)]
    public void Run_EachStyle_GradientsMatchDifferencesAndLogitsTheModel(NormalizationStyle style)
    {
        NormalizationModel model = NormalizationModel.Of(StyledClassifier.Create(style));
        FloatTensor images = Models.Images(3, 3, 6, 6);
        var loss = new LossInputs { TeacherLogits = Models.Images(3, 4) };
        using var session = new TrainingSession(model, TrainingLoss.Distillation, TrainingStatistics.BatchRenormalization, new SessionSettings { Threads = 1 });
        TrainingResult result = session.Run(images, model.Source, loss);

        Assert.All(result.BatchStatistics, s => Assert.Empty(s.Mean));
        using var forward = new ModelSession(model.Model.ToBytes());
        FloatTensor logits = forward.Run(new Dictionary<string, FloatTensor> { ["images"] = images }, ["logits"])[0];
        Close.Within("logits", result.Logits.Values, [.. logits.Values.Select(v => (double)v)], 1e-5);
        for (int layer = 0; layer < 2; layer++)
        {
            Assert.Contains(result.Gradients[layer].Scale, g => Math.Abs(g) > 1e-3);
            Close.Within($"{style} {layer} scale", result.Gradients[layer].Scale, Differences(session, model, images, loss, layer, scale: true), Tolerance);
            Close.Within($"{style} {layer} bias", result.Gradients[layer].Bias, Differences(session, model, images, loss, layer, scale: false), Tolerance);
        }
    }

    [Fact]
    public void Run_OneImage_NeedsNoBatch()
    {
        NormalizationModel model = NormalizationModel.Of(StyledClassifier.Create(NormalizationStyle.LayerPow));
        using var session = new TrainingSession(model, TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization);

        TrainingResult result = session.Run(Models.Images(1, 3, 6, 6), model.Source, new LossInputs());

        Assert.All(result.Gradients, g => Assert.All(g.Scale, v => Assert.True(float.IsFinite(v))));
    }

    [Fact]
    public void Of_DecomposedLayers_EveryOperatorIsCovered() =>
        Assert.All(GradientCoverage.Of(StyledClassifier.Create(NormalizationStyle.LayerMovedMean)), c => Assert.True(c.Supported, c.Reason));

    private static double[] Differences(
        TrainingSession session, NormalizationModel model, FloatTensor images, LossInputs loss, int layer, bool scale)
    {
        float[] at = scale ? model.Source[layer].Scale : model.Source[layer].Bias;
        double Loss(int index, float step)
        {
            float[] moved = [.. at];
            moved[index] += step;
            LayerParameters[] parameters = [.. model.Source];
            parameters[layer] = scale ? parameters[layer] with { Scale = moved } : parameters[layer] with { Bias = moved };
            return session.Run(images, parameters, loss).Loss;
        }

        return [.. Enumerable.Range(0, at.Length).Select(i => (Loss(i, Step) - Loss(i, -Step)) / (2 * Step))];
    }
}
