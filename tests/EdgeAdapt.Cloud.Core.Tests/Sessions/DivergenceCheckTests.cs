using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Core.Sessions;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class DivergenceCheckTests
{
    [Theory]
    [InlineData(float.NaN, true)]
    [InlineData(float.PositiveInfinity, true)]
    [InlineData(20.1f, true)]
    [InlineData(19.9f, false)]
    [InlineData(0.01f, false)]
    public void FindFault_AfterLossesOfOne_FindsExplosionsOnly(float loss, bool fault) =>
        Assert.Equal(fault, DivergenceCheck.FindFault(Step(loss), [1, 1, 1], uniformLoss: 20) is not null);

    [Theory]
    [InlineData(19.9f, false)]
    [InlineData(25, false)]
    [InlineData(30.1f, true)]
    public void FindFault_LossesNearTheUniformGuess_AreAllowedTenTimesTheirMean(float loss, bool fault) =>
        Assert.Equal(fault, DivergenceCheck.FindFault(Step(loss), [3, 3], uniformLoss: 20) is not null);

    [Fact]
    public void FindFault_FirstStep_NeedsFiniteTrainingOnly()
    {
        Assert.Null(DivergenceCheck.FindFault(Step(1e6f), [], uniformLoss: 1));
        Assert.NotNull(DivergenceCheck.FindFault(Step(0, AdaptationOutcome.TeacherNotFinite), [], uniformLoss: 1));
        Assert.NotNull(DivergenceCheck.FindFault(Step(0, AdaptationOutcome.StudentNotFinite), [], uniformLoss: 1));
    }

    private static AdaptationStep Step(float loss, AdaptationOutcome outcome = AdaptationOutcome.Trained) => new(1, outcome, 8, 0, 1, loss, 0, 0, 0);
}
