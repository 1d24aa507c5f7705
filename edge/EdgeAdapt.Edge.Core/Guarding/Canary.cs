using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>Tries a new set on frames that the device has kept, before it answers anything.</summary>
/// <param name="frames">The frames.</param>
/// <param name="form">How they are kept.</param>
/// <param name="imageShape"><c>[C, H, W]</c>.</param>
/// <param name="limits">The limits as they are now.</param>
internal sealed class Canary(CanaryFrames frames, PixelForm form, IReadOnlyList<int> imageShape, Func<RolloutGuardOptions> limits)
{
    private const int FewestFrames = 8;

    /// <summary>Compares two states of the model; null where there are too few frames to say anything yet.</summary>
    /// <exception cref="Onnx.OnnxModelException">One of them does not compute.</exception>
    public AnswerComparison? Compare(ModelLease good, ModelLease candidate)
    {
        IReadOnlyList<byte[]> kept = frames.All();
        if (kept.Count < FewestFrames)
        {
            return null;
        }

        var before = new List<AnswerSample>(kept.Count);
        var now = new List<AnswerSample>(kept.Count);
        int classes = 0;
        foreach (byte[] pixels in kept)
        {
            // One at a time, as frames come: some models take no batch, and a batch of large pictures is a large amount of memory.
            FloatTensor image = Image(pixels);
            before.Add(AnswerSample.Of(good.Run(image).Values));
            float[] logits = candidate.Run(image).Values;
            now.Add(AnswerSample.Of(logits));
            classes = logits.Length;
        }

        return AnswerComparison.Of(before, now, classes);
    }

    /// <summary>Why a set must not be activated, with the remedy; null where nothing speaks against it.</summary>
    /// <exception cref="Onnx.OnnxModelException">One of them does not compute.</exception>
    public string? FindFault(ModelLease good, ModelLease candidate) =>
        Compare(good, candidate) is { } comparison && limits() is var options && (comparison.FindCollapse(options) ?? comparison.FindFault(options, chosen: true)) is { } fault
            ? $"on the frames kept on this device {fault}; publish an earlier version, or widen that limit" : null;

    /// <summary>Takes a frame, for later sets to be tried on.</summary>
    /// <param name="image">Preprocessed <c>[3, H, W]</c>; it is copied.</param>
    /// <param name="good">The last good set's answer to it.</param>
    public void Keep(ReadOnlySpan<float> image, AnswerSample good)
    {
        if (!float.IsNaN(good.Entropy))
        {
            frames.Offer(image, good.Class);
        }
    }

    /// <summary>The class that a state of the model gives to pixels.</summary>
    public int Classify(ModelLease model, byte[] pixels) => AnswerSample.Of(model.Run(Image(pixels)).Values).Class;

    private FloatTensor Image(byte[] pixels)
    {
        float[] values = new float[form.Length];
        form.ToImage(pixels, values);
        return new FloatTensor(values, 1, imageShape[0], imageShape[1], imageShape[2]);
    }
}
