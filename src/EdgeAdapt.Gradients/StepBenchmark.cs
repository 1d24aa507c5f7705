using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients;

/// <summary>
/// Times <see cref="TrainingSession.Run"/> on random images: the student's step of CEMA (distillation, batch renormalization).
/// tests/benchmarks/step/step.py exports a model and times PyTorch on the same step.
/// </summary>
public static class StepBenchmark
{
    private const int Seed = 1;

    /// <summary>Runs one step to warm up, then the timed ones.</summary>
    /// <param name="model">The classifier; its image size must be fixed.</param>
    /// <param name="batch">Images a step, at least 1; a model of fixed batch takes no other.</param>
    /// <param name="steps">Timed steps, at least 1.</param>
    /// <param name="settings">How to run the graph; null for all cores and every optimization.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="profile">Whether to profile one more step.</param>
    /// <exception cref="OnnxModelException">The model cannot be trained, or leaves its image size open.</exception>
    public static StepTiming Run(NormalizationModel model, int batch = 32, int steps = 5, SessionSettings? settings = null, TimeProvider? time = null, bool profile = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ClassifierSignature signature = model.Signature;
        if (signature.Channels * signature.Height * signature.Width == 0 || signature.Classes == 0)
        {
            throw new OnnxModelException($"'{model.Model.Name}' leaves its image size or its number of classes open. Export it with both fixed.");
        }

        time ??= TimeProvider.System;
        var random = new Random(Seed);
        FloatTensor images = Normal(random, batch, signature.Channels, signature.Height, signature.Width);
        var loss = new LossInputs { TeacherLogits = Normal(random, batch, signature.Classes), EntropyMargin = 0.4f * MathF.Log(signature.Classes) };

        var memory = new PeakMemory();
        (double build, double[] seconds) = Measure(model, images, loss, steps, settings, time);
        return new StepTiming(batch, build, seconds, memory.Read(), profile ? Profile(model, images, loss, settings) : null);
    }

    private static (double Build, double[] Steps) Measure(
        NormalizationModel model, FloatTensor images, LossInputs loss, int steps, SessionSettings? settings, TimeProvider time)
    {
        long start = time.GetTimestamp();
        using TrainingSession session = Open(model, settings);
        double build = time.GetElapsedTime(start).TotalSeconds;
        double[] seconds = new double[steps];
        session.Run(images, model.Source, loss);
        for (int i = 0; i < steps; i++)
        {
            start = time.GetTimestamp();
            session.Run(images, model.Source, loss);
            seconds[i] = time.GetElapsedTime(start).TotalSeconds;
        }

        return (build, seconds);
    }

    /// <summary>One step to warm up and one to profile, in a session of their own: profiling takes time itself.</summary>
    private static StepProfile Profile(NormalizationModel model, FloatTensor images, LossInputs loss, SessionSettings? settings)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgeadapt-profile-");
        try
        {
            using TrainingSession session = Open(model, (settings ?? SessionSettings.Default) with { ProfilePrefix = Path.Combine(folder.FullName, "step") });
            session.Run(images, model.Source, loss);
            session.Run(images, model.Source, loss);
            return session.EndProfile();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static TrainingSession Open(NormalizationModel model, SessionSettings? settings) =>
        new(model, TrainingLoss.Distillation, TrainingStatistics.BatchRenormalization, settings);

    private static FloatTensor Normal(Random random, params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return new FloatTensor(values, shape);
    }
}
