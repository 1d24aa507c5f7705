using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>Frames to which no set has a finite answer, such as a client's numbers of 3e38, say nothing of a set on trial.</summary>
public sealed class UnusableFramesTests : IDisposable
{
    private static readonly FloatTensor Images = TinyClassifier.ToTensor(TinyImages.Render(5, 64).Frames);
    private static readonly AnswerSample NotFinite = AnswerSample.Of([float.NaN, float.NaN]);
    private static readonly RolloutGuardOptions Guard = new() { Window = 16, CanaryFrames = 0 };
    private readonly ActiveModel _active = new(Tiny.Model, Tiny.Parameters(3), 3, 0, Tiny.ImageShape, Tiny.OneThread, Tiny.Prepared);
    private readonly ModelLease _good;
    private readonly SetTrial _trial;

    public UnusableFramesTests()
    {
        _good = _active.Acquire();
        var form = new PixelForm(new Datasets.Normalization([0, 0, 0], [1, 1, 1]), TinyImages.Size, TinyImages.Size);
        _trial = new SetTrial(3, _active, _good, new Canary(new CanaryFrames(0, form), form, Tiny.ImageShape, () => Guard), Tiny.ImageShape, Guard, TimeProvider.System);
    }

    public void Dispose()
    {
        _good.Dispose();
        _active.Dispose();
    }

    [Fact]
    public void Judge_NothingButUnusableFrames_StaysOpen()
    {
        for (int i = 0; i < 64; i++)
        {
            Assert.True(_trial.Observe(Huge(), NotFinite, 3));
            Assert.Equal(TrialState.Open, _trial.Judge(out string? fault));
            Assert.Null(fault);
        }

        Assert.Equal((0, false), (_trial.Judged, _trial.IsJudged));
    }

    [Fact]
    public void Judge_OneOddFrameBesideAnUnusableOne_DecidesNothing()
    {
        // As unsure as can be where the last good set is sure; of a single frame.
        Assert.False(_trial.Observe(Image(0), AnswerSample.Of(new float[_active.Classes]), 3));
        Assert.True(_trial.Observe(Huge(), NotFinite, 3));
        Assert.Equal(TrialState.Open, _trial.Judge(out string? fault));
        Assert.Null(fault);
        Assert.Equal((1, false), (_trial.Judged, _trial.IsJudged));
    }

    [Fact]
    public void Judge_NoFiniteAnswerToAUsableFrame_FailsAtOnce()
    {
        Assert.True(_trial.Observe(Image(0), NotFinite, 3));

        // The next frame must not put it off, while the worker is busy with something else.
        Assert.True(_trial.Observe(Image(1), AnswerSample.Of(Logits(Image(1))), 3));
        Assert.True(_trial.IsDue);
        Assert.Equal(TrialState.Failed, _trial.Judge(out string? fault));
        Assert.Contains("1 of 2 frames fail or are not finite", fault, StringComparison.Ordinal);
    }

    private static float[] Image(int index) => Images.Sample(index).ToArray();

    private static float[] Huge() => [.. Image(0).Select((_, i) => i % 2 == 0 ? float.MaxValue : -float.MaxValue)];

    private float[] Logits(float[] image) => _good.Run(new FloatTensor(image, 1, 3, TinyImages.Size, TinyImages.Size)).Values;
}
