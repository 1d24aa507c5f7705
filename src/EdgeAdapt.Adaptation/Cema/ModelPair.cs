using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>Decides whether student, teacher and saved states fit together.</summary>
internal static class ModelPair
{
    /// <summary>K of both models.</summary>
    public static int Classes(NormalizationModel student, NormalizationModel teacher)
    {
        int classes = Math.Max(student.Signature.Classes, teacher.Signature.Classes);
        if (classes < 2 || Math.Min(student.Signature.Classes, teacher.Signature.Classes) is var other && other > 0 && other != classes)
        {
            throw new OnnxModelException(
                $"'{student.Model.Name}' has {Text(student.Signature.Classes)} classes and '{teacher.Model.Name}' has {Text(teacher.Signature.Classes)}. " +
                "Student and teacher need the same classes, two or more, written into the shape of their output.");
        }

        return classes;
    }

    /// <summary>C, H, W of the samples.</summary>
    public static long[] ImageShape(NormalizationModel student, NormalizationModel teacher, (int Channels, int Height, int Width)? given)
    {
        (int Channels, int Height, int Width) a = Shape(student);
        (int Channels, int Height, int Width) b = Shape(teacher);
        (int Channels, int Height, int Width) known = given ?? (Math.Max(a.Channels, b.Channels), Math.Max(a.Height, b.Height), Math.Max(a.Width, b.Width));
        foreach ((NormalizationModel model, (int Channels, int Height, int Width) shape) in new[] { (student, a), (teacher, b) })
        {
            if (Differs(shape.Channels, known.Channels) || Differs(shape.Height, known.Height) || Differs(shape.Width, known.Width))
            {
                throw new OnnxModelException(
                    $"'{model.Model.Name}' takes images of {shape} (channels, height, width), but the samples have {known}. " +
                    "Give samples, student and teacher of one size.");
            }
        }

        return known.Channels > 0 && known.Height > 0 && known.Width > 0
            ? [known.Channels, known.Height, known.Width]
            : throw new OnnxModelException($"'{student.Model.Name}' leaves the size of its images open. Say which size the samples have, or export it with a fixed one.");
    }

    /// <summary>Whether statistics match a model's layers and are usable.</summary>
    public static bool Fits(IReadOnlyList<LayerStatistics> statistics, NormalizationModel model) =>
        statistics.Count == model.Layers.Count && model.Layers.Zip(statistics).All(pair =>
            pair.Second.Mean.Length == pair.First.StatisticsLength && pair.Second.Variance.Length == pair.First.StatisticsLength
            && FiniteValues.AreAll(pair.Second.Mean) && FiniteValues.AreAll(pair.Second.Variance) && pair.Second.Variance.All(v => v >= 0));

    /// <summary>Whether what was saved of a stream matches a model's layers and is usable.</summary>
    public static bool Fits(StatisticsMemory memory, NormalizationModel model) =>
        Fits(memory.Average, model) && Fits(memory.Recent, model) && memory.Images > 0 && memory.RecentImages > 0 && float.IsFinite(memory.Images + memory.RecentImages)
        && memory.Noise.Length is var length && (length == 0 || length == model.Layers.Count)
        && memory.NoiseWeight >= 0 && memory.Noise.All(n => n >= 0) && FiniteValues.AreAll([.. memory.Noise, memory.NoiseWeight]);

    /// <summary>Refuses a saved state of another model.</summary>
    public static void Check(ModelState state, NormalizationModel model, string parameter)
    {
        if (state.ModelSha256 != model.Model.Sha256)
        {
            throw new ArgumentException($"The saved state belongs to another file than '{model.Model.Name}'. Start without it, or give the model it was made with.", parameter);
        }

        bool optimizer = state.Optimizer.Steps == 0 || FitsTrained(state.Optimizer.First, model);
        LayerStatistics[] running = [.. state.Parameters.Select(p => new LayerStatistics(p.Mean, p.Variance))];
        if (!optimizer || !Fits(running, model) || (state.Memory is { } memory && !Fits(memory, model)) || !FitsTrained([.. state.Parameters.SelectMany(p => new[] { p.Scale, p.Bias })], model))
        {
            throw new ArgumentException($"The saved state of '{model.Model.Name}' is damaged. Start without it.", parameter);
        }
    }

    /// <summary>Refuses a saved guard whose sets are not those of the model.</summary>
    public static void Check(GuardState state, NormalizationModel model, string parameter)
    {
        if (state.Steps < 0 || !state.Stored.All(s => FitsTrained([.. s.Parameters.SelectMany(p => new[] { p.Scale, p.Bias })], model)))
        {
            throw new ArgumentException($"The saved guard of '{model.Model.Name}' is damaged. Start without it.", parameter);
        }
    }

    private static bool FitsTrained(IReadOnlyList<float[]> tensors, NormalizationModel model) =>
        tensors.Count == 2 * model.Layers.Count
        && tensors.Select((t, i) => t.Length == model.Layers[i / 2].Channels && FiniteValues.AreAll(t)).All(fits => fits);

    private static (int Channels, int Height, int Width) Shape(NormalizationModel model) =>
        (model.Signature.Channels, model.Signature.Height, model.Signature.Width);

    private static bool Differs(int fixedSize, int actual) => fixedSize > 0 && fixedSize != actual;

    private static string Text(int classes) => classes == 0 ? "an open number of" : classes.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
