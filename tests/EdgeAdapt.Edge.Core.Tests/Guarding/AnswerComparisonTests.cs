using System.Globalization;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Xunit.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>How far bad sets are beyond the limits; docs/guard.md has the table.</summary>
public sealed class AnswerComparisonTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("random")]
    [InlineData("shuffled")]
    [InlineData("sign-flipped")]
    [InlineData("one class")]
    public void FindFault_BadSetBesideTheModelAsBuilt_IsFound(string kind)
    {
        FloatTensor frames = RoadSignModel.Day(16);
        IReadOnlyList<LayerParameters> bad = RoadSignModel.Bad(kind);
        AnswerSample[] now = Answers(bad, frames);
        AnswerSample[] good = Answers(RoadSignModel.Student.Source, frames);
        IReadOnlyList<LayerDistance> distances = LayerDistance.Of(RoadSignModel.Student, bad);
        var comparison = AnswerComparison.Of(good, now, 10);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}: distance {distances.Max(d => d.Affine):0.00}, agreement {comparison.Agreement:0.00}, entropy {comparison.EntropyRise.Mean:+0.00;-0.00;0.00}, " +
            $"confidence {-comparison.ConfidenceDrop.Mean:+0.00;-0.00;0.00}, diversity {comparison.Diversity.Ratio:0.00}, classes {comparison.GoodClasses} then {comparison.Classes}"));
        var options = new RolloutGuardOptions();
        Assert.NotNull(comparison.FindCollapse(options) ?? comparison.FindFault(options, chosen: true));
    }

    [Fact]
    public void FindFault_SameAnswers_IsNone()
    {
        AnswerSample[] answers = Answers(RoadSignModel.Student.Source, RoadSignModel.Day(8));
        var comparison = AnswerComparison.Of(answers, answers, 10);
        Assert.Equal((1, 0, 0, 1, 0), (comparison.Agreement, comparison.EntropyRise.Mean, comparison.ConfidenceDrop.Mean, comparison.Diversity.Ratio, comparison.NotFinite));
        Assert.Null(comparison.FindCollapse(new RolloutGuardOptions()) ?? comparison.FindFault(new RolloutGuardOptions(), chosen: true));
        Assert.All(LayerDistance.Of(RoadSignModel.Student, RoadSignModel.Student.Source), d => Assert.Equal((0, 0), (d.Affine, d.Shift)));
    }

    [Fact]
    public void FindFault_OneSceneThatANewSetCorrects_IsNone()
    {
        // The last good set wavered between three classes, the new one is sure of a fourth: nothing of that is harm.
        AnswerSample[] good = [.. Enumerable.Range(0, 32).Select(i => new AnswerSample(i % 3, 1, 0.5f))];
        AnswerSample[] now = [.. good.Select(_ => new AnswerSample(5, 0.1f, 0.95f))];
        Assert.Null(AnswerComparison.Of(good, now, 10).FindFault(new RolloutGuardOptions(), chosen: true));
    }

    [Fact]
    public void FindFault_UncertainOrNotFiniteAnswers_AreFound()
    {
        AnswerSample[] good = [.. Enumerable.Range(0, 32).Select(i => new AnswerSample(i % 5, 0.3f, 0.9f))];
        Assert.Contains("entropy", AnswerComparison.Of(good, [.. good.Select(g => g with { Entropy = 1.5f })], 10).FindFault(new RolloutGuardOptions(), chosen: true), StringComparison.Ordinal);
        Assert.Contains("confidence", AnswerComparison.Of(good, [.. good.Select(g => g with { Confidence = 0.5f })], 10).FindFault(new RolloutGuardOptions(), chosen: true), StringComparison.Ordinal);
        AnswerSample[] broken = [.. good[..31], new AnswerSample(0, float.NaN, float.NaN)];
        Assert.Contains("not finite", AnswerComparison.Of(good, broken, 10).FindFault(new RolloutGuardOptions(), chosen: true), StringComparison.Ordinal);

        // A picture that no set has an answer to says nothing against the new one.
        Assert.Null(AnswerComparison.Of(broken, broken, 10).FindFault(new RolloutGuardOptions(), chosen: true));
    }

    [Fact]
    public void FindFault_OtherClassesWithTheSameCertainty_AreFoundByAgreement()
    {
        AnswerSample[] good = [.. Enumerable.Range(0, 64).Select(i => new AnswerSample(i % 5, 0.3f, 0.9f))];
        AnswerSample[] now = [.. good.Select(g => g with { Class = g.Class + 5 })];
        foreach (bool chosen in new[] { true, false })
        {
            Assert.Contains("--guard-agreement", AnswerComparison.Of(good, now, 10).FindFault(new RolloutGuardOptions(), chosen), StringComparison.Ordinal);
        }

        // 24 of 64 agree, which is below 0.4 as it stands and not for certain.
        AnswerSample[] close = [.. good[..24], .. now[24..]];
        Assert.Contains("--guard-agreement", AnswerComparison.Of(good, close, 10).FindFault(new RolloutGuardOptions(), chosen: true), StringComparison.Ordinal);
        Assert.Null(AnswerComparison.Of(good, close, 10).FindFault(new RolloutGuardOptions(), chosen: false));

        // Where the last good set gave two classes only, there is little to agree on.
        AnswerSample[] two = [.. good.Select(g => g with { Class = g.Class % 2 })];
        Assert.Null(AnswerComparison.Of(two, now, 10).FindFault(new RolloutGuardOptions(), chosen: true));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(32, true)]
    public void FindFault_OddFrames_DecideNothingWhereTheyAreFew(int odd, bool found)
    {
        // As unsure as ten classes allow, and the mean of three such frames of eight is beyond both limits.
        int frames = odd == 3 ? 8 : 64;
        AnswerSample[] good = [.. Enumerable.Range(0, frames).Select(i => new AnswerSample(i % 5, 0.1f, 0.98f))];
        AnswerSample[] now = [.. good.Select((g, i) => i < odd ? g with { Entropy = 2.3f, Confidence = 0.1f } : g)];
        var comparison = AnswerComparison.Of(good, now, 10);
        Assert.InRange(comparison.EntropyRise.Mean, new RolloutGuardOptions().MaximumEntropyRise, 1);
        Assert.InRange(comparison.ConfidenceDrop.Mean, new RolloutGuardOptions().MaximumConfidenceDrop, 1);
        Assert.Equal(found, comparison.FindFault(new RolloutGuardOptions(), chosen: false) is not null);
    }

    private static AnswerSample[] Answers(IReadOnlyList<LayerParameters> parameters, FloatTensor images)
    {
        using var session = new ModelSession(RoadSignModel.Student.With(parameters).ToBytes(), Tiny.OneThread);
        FloatTensor logits = session.Run(
            new Dictionary<string, FloatTensor> { [RoadSignModel.Student.Signature.InputName] = images }, [RoadSignModel.Student.Signature.OutputName])[0];
        return [.. Enumerable.Range(0, images.Count).Select(i => AnswerSample.Of(logits.Sample(i)))];
    }
}
