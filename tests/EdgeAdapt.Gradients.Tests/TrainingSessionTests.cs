using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients.Tests;

public sealed class TrainingSessionTests
{
    private static readonly OnnxModel Model = Models.Around(above: (w, x) => w.Add("Relu", [x]));

    [Fact]
    public void Run_AnyBatchSize_WorksInOneSession()
    {
        NormalizationModel model = NormalizationModel.Of(Model);
        using var session = new TrainingSession(model, TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization);
        foreach (int batch in new[] { 1, 5, 2 })
        {
            TrainingResult result = session.Run(Models.Images(batch, 2, 6, 6), model.Source, new LossInputs());
            Assert.Equal([batch, 3], result.Logits.Shape);
            Assert.True(float.IsFinite(result.Loss));
        }
    }

    [Fact]
    public void Run_RenormalizedValue_IsThatOfInference()
    {
        NormalizationModel model = NormalizationModel.Of(Model);
        FloatTensor images = Models.Images(4, 2, 6, 6);
        using var inference = new ModelSession(model.Model.Proto);
        float[] expected = inference.Run(new Dictionary<string, FloatTensor> { ["input"] = images }, ["logits"])[0].Values;

        TrainingResult result = Models.Train(Model, images);

        Close.Within("logits", result.Logits.Values, [.. expected.Select(v => (double)v)], 1e-5);
    }

    [Fact]
    public void Run_OpenImageSize_BuildsForTheImagesGiven()
    {
        OnnxModel open = Models.Around(above: (w, x) => w.Add("MaxPool", [x], ("kernel_shape", new long[] { 2, 2 })), shape: [-1, 2, -1, -1]);
        NormalizationModel model = NormalizationModel.Of(open);
        using var session = new TrainingSession(model, TrainingLoss.Entropy, TrainingStatistics.Batch);

        foreach (int size in new[] { 6, 9, 6 })
        {
            TrainingResult result = session.Run(Models.Images(3, 2, size, size), model.Source, new LossInputs());
            Assert.Contains(result.Gradients[0].Scale, g => g != 0);
        }
    }

    [Fact]
    public void Run_FixedBatch_TakesThatBatchOnly()
    {
        NormalizationModel model = NormalizationModel.Of(Models.Around(above: (w, x) => w.Add("Reshape", [x, w.Constant(3L, 4L, 6L, 6L)]), shape: [3, 2, 6, 6]));
        using var session = new TrainingSession(model, TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization);

        Assert.Equal([3, 3], session.Run(Models.Images(3, 2, 6, 6), model.Source, new LossInputs()).Logits.Shape);
        string message = Assert.Throws<ArgumentException>(() => session.Run(Models.Images(2, 2, 6, 6), model.Source, new LossInputs())).Message;
        Assert.Contains("the model takes [3, 2, 6, 6]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OldOperatorSet_TrainsAsTheNewOneDoes()
    {
        // Pads, bounds, axes and sizes are attributes in operator set 9 and inputs in 17.
        OnnxModel old = Models.Around(opset: 9, above: (w, x) =>
        {
            string padded = w.Add("Pad", [w.Add("Clip", [x], ("min", -1f), ("max", 1f))], ("pads", new long[] { 0, 0, 1, 1, 0, 0, 1, 1 }), ("value", 0.5f));
            string[] parts = w.AddMany("Split", [w.Add("Slice", [padded], ("axes", new long[] { 2 }), ("starts", new long[] { 1 }), ("ends", new long[] { 7 }))], 2,
                ("axis", 1), ("split", new long[] { 1, 3 }));
            string joined = w.Add("Concat", [parts[1], parts[0]], ("axis", 1));
            return w.Add("Dropout", [w.Add("Squeeze", [w.Add("Unsqueeze", [joined], ("axes", new long[] { 0 }))], ("axes", new long[] { 0 }))], ("ratio", 0.5f));
        });
        OnnxModel current = Models.Around(opset: 18, above: (w, x) =>
        {
            string padded = w.Add("Pad", [w.Add("Clip", [x, w.Constant(-1f), w.Constant(1f)]), w.Constant(0, 0, 1, 1, 0, 0, 1, 1), w.Constant(0.5f)]);
            string[] parts = w.AddMany("Split", [w.Add("Slice", [padded, w.Constant(1L), w.Constant(7L), w.Constant(2L)]), w.Constant(1L, 3L)], 2, ("axis", 1));
            return w.Add("Concat", [parts[1], parts[0]], ("axis", 1));
        });
        FloatTensor images = Models.Images(3, 2, 6, 6);

        TrainingResult expected = Models.Train(current, images);
        TrainingResult result = Models.Train(old, images);

        Assert.Contains(expected.Gradients[0].Scale, g => g != 0);
        Assert.Equal(expected.Logits.Values, result.Logits.Values);
        Assert.Equal(expected.Gradients[0].Scale, result.Gradients[0].Scale);
        Assert.Equal(expected.Gradients[0].Bias, result.Gradients[0].Bias);
    }

    [Fact]
    public void Run_MaskedSamples_DoNotMoveTheLossOrItsGradient()
    {
        // Batch renormalization's value does not mix samples, so a masked one can reach the loss only by a fault of the mask.
        FloatTensor images = Models.Images(3, 2, 6, 6);
        TrainingResult all = Models.Train(Model, images.Select([0, 2]));
        TrainingResult masked = Models.Train(Model, images, new LossInputs { SampleMask = [1, 0, 1] });

        Assert.Equal(all.Loss, masked.Loss, 1e-5f);
        Close.Within("bias gradient", masked.Gradients[0].Bias, [.. all.Gradients[0].Bias.Select(v => (double)v)], 1e-5);
    }

    [Fact]
    public void Run_SameInputs_SameBits()
    {
        FloatTensor images = Models.Images(4, 2, 6, 6);

        TrainingResult first = Models.Train(Model, images);
        TrainingResult second = Models.Train(Model, images);

        Assert.Equal(first.Gradients[0].Scale, second.Gradients[0].Scale);
        Assert.Equal(first.Loss, second.Loss);
    }

    [Fact]
    public void Run_FaultyLossInputs_NamesAllFaults()
    {
        NormalizationModel model = NormalizationModel.Of(Model);
        using var session = new TrainingSession(model, TrainingLoss.Distillation, TrainingStatistics.BatchRenormalization);

        string message = Assert.Throws<ArgumentException>(() => session.Run(Models.Images(2, 2, 6, 6), model.Source, new LossInputs
        {
            Alpha = -1,
            Beta = float.NaN,
            Temperature = 0,
            EntropyMargin = float.PositiveInfinity,
            SampleMask = [0, 0],
            TeacherLogits = new FloatTensor(new float[4], 2, 2),
        })).Message;

        foreach (string part in new[] { "Alpha is -1", "Beta is NaN", "Temperature is 0", "EntropyMargin is not finite", "no sample to learn from", "TeacherLogits must be [2, 3]" })
        {
            Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Run_InputsThatDoNotFit_AreNamed()
    {
        NormalizationModel model = NormalizationModel.Of(Models.Build((w, x) =>
            Models.Head(w, Models.Normalize(w, w.Add("GlobalAveragePool", [w.Add("Conv", [x, Models.Weights(w, 1, 4, 2, 1, 1)])]), 4))));
        using var session = new TrainingSession(model, TrainingLoss.Entropy, TrainingStatistics.Batch);
        string Message(FloatTensor images, IReadOnlyList<LayerParameters> parameters, LossInputs loss) =>
            Assert.Throws<ArgumentException>(() => session.Run(images, parameters, loss)).Message;

        FloatTensor images = Models.Images(2, 2, 6, 6);
        Assert.Contains("at least one", Message(new FloatTensor([], 0, 2, 6, 6), model.Source, new LossInputs()), StringComparison.Ordinal);
        Assert.Contains("[N, 2, 6, 6]", Message(Models.Images(2, 2, 7, 6), model.Source, new LossInputs()), StringComparison.Ordinal);
        Assert.Contains("has 1 layers", Message(images, [], new LossInputs()), StringComparison.Ordinal);
        Assert.Contains("4 channels", Message(images, [new LayerParameters([1], [1], [1], [1])], new LossInputs()), StringComparison.Ordinal);
        Assert.Contains("at least two images", Message(Models.Images(1, 2, 6, 6), model.Source, new LossInputs()), StringComparison.Ordinal);
        Assert.Contains("negative or not finite", Message(images, model.Source, new LossInputs { SampleMask = [-0.5f, 1] }), StringComparison.Ordinal);
        Assert.Contains("3 entries for 2", Message(images, model.Source, new LossInputs { SampleMask = [0, 1, 1] }), StringComparison.Ordinal);
        Assert.Contains("no teacher", Message(images, model.Source, new LossInputs { TeacherLogits = new FloatTensor(new float[6], 2, 3) }), StringComparison.Ordinal);
    }
}
