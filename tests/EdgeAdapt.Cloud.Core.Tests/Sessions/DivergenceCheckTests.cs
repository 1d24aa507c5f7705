using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class DivergenceCheckTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1.15, false)]
    [InlineData(1.16, true)]
    [InlineData(double.PositiveInfinity, true)]
    [InlineData(double.NaN, true)]
    public void FindFault_TenClasses_BelievesHalfOfTheirEntropy(double shift, bool fault) =>
        Assert.Equal(fault, DivergenceCheck.FindFault(Step(1), shift, classes: 10) is not null);

    [Theory]
    [InlineData(1e6f, AdaptationOutcome.Trained, false)]
    [InlineData(float.NaN, AdaptationOutcome.Trained, true)]
    [InlineData(float.PositiveInfinity, AdaptationOutcome.Trained, true)]
    [InlineData(0, AdaptationOutcome.TeacherNotFinite, true)]
    [InlineData(0, AdaptationOutcome.StudentNotFinite, true)]
    public void FindFault_Training_MustBeFinite(float loss, AdaptationOutcome outcome, bool fault) =>
        Assert.Equal(fault, DivergenceCheck.FindFault(Step(loss, outcome), answerShift: 0, classes: 10) is not null);

    /// <summary>Another set may answer quite differently and is meant to; answers that are not numbers stay a fault.</summary>
    [Theory]
    [InlineData(GuardOutcome.Kept, 2, true)]
    [InlineData(GuardOutcome.Restored, 2, false)]
    [InlineData(GuardOutcome.Reused, 2, false)]
    [InlineData(GuardOutcome.Restored, double.NaN, true)]
    public void FindFault_GuardChangedTheSet_BelievesItsShift(GuardOutcome guard, double shift, bool fault) =>
        Assert.Equal(fault, DivergenceCheck.FindFault(Step(1) with { Guard = guard }, shift, classes: 10) is not null);

    [Fact]
    public void AnswerShift_KnownDistributions_IsTheirMeanDivergence()
    {
        // Logarithms of (1/2, 1/2) against (1/4, 3/4), and of the same twice, with offsets that softmax ignores.
        FloatTensor before = Logits([0, 0, 5, 5]);
        FloatTensor after = Logits([MathF.Log(0.25f) + 90, MathF.Log(0.75f) + 90, -7, -7]);
        double divergence = (0.5 * Math.Log(0.5 / 0.25)) + (0.5 * Math.Log(0.5 / 0.75));
        Assert.Equal(divergence / 2, AnswerShift.Of(before, after), 5);
    }

    [Fact]
    public void AnswerShift_NotFiniteLogits_IsNaN()
    {
        Assert.True(double.IsNaN(AnswerShift.Of(Logits([0, 0]), Logits([float.NaN, 0]))));
        Assert.True(double.IsNaN(AnswerShift.Of(Logits([0, 0]), Logits([float.PositiveInfinity, 0]))));
    }

    private static FloatTensor Logits(float[] values) => new(values, values.Length / 2, 2);

    private static AdaptationStep Step(float loss, AdaptationOutcome outcome = AdaptationOutcome.Trained) => new(1, outcome, 8, 0, 1, loss, 0, 0, 0);
}
