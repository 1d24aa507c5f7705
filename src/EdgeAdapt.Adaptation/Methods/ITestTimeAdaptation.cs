using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// A way to keep a classifier accurate on a stream that differs from its training data, without labels. Each answer is given
/// before the method learns from the images it belongs to. Not thread safe; dispose it when no call is under way.
/// </summary>
public interface ITestTimeAdaptation : IDisposable
{
    /// <summary>Answers a batch, then learns from it.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>, N at least 1. The logits of an image with NaN or infinite values are NaN, and nothing is learnt from it.</param>
    /// <param name="samples">The same images as handles, for methods that upload and replay them; N entries.</param>
    TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples);

    /// <summary>Forgets the stream: everything is as after construction, down to the next random draw.</summary>
    void Reset();
}
