using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class TrustRegionTests
{
    private static readonly FloatTensor Answers = new([2f, 0, 0, 0, 1, 0], 2, 3);

    [Fact]
    public void Limit_StepWithinTheBound_IsTakenWhole()
    {
        LayerParameters[] after = Bias(0.01f);
        Assert.Same(after, TrustRegion.Limit(Bias(0), after, Answers, Forward, 0.05));
    }

    [Theory]
    [InlineData(1f, 0.05)]
    [InlineData(100f, 0.05)]
    [InlineData(100f, 1e-4)]
    public void Limit_StepTooLong_EndsWithinTheBoundAndNotFarBelowIt(float step, double maximum)
    {
        IReadOnlyList<LayerParameters> limited = TrustRegion.Limit(Bias(0), Bias(step), Answers, Forward, maximum);
        Assert.InRange(TrustRegion.Divergence(Answers, Forward(limited)), maximum / 100, maximum);
        Assert.InRange(limited[0].Bias[0], 1e-6f, step);
    }

    [Fact]
    public void Limit_AnswersThatAreNeverFinite_KeepsWhatWas()
    {
        LayerParameters[] before = Bias(0);
        Assert.Same(before, TrustRegion.Limit(before, Bias(1), Answers, _ => new FloatTensor(Enumerable.Repeat(float.NaN, 6).ToArray(), 2, 3), 0.05));
    }

    /// <summary>By hand: p = (3/4, 1/4) and q = (1/2, 1/2) give 3/4 ln(3/2) + 1/4 ln(1/2) = 0.13081.</summary>
    [Fact]
    public void Divergence_TwoKnownDistributions_IsTheirKullbackLeiblerDivergence()
    {
        var before = new FloatTensor([MathF.Log(3), 0], 1, 2);
        Assert.Equal(0.13081, TrustRegion.Divergence(before, new FloatTensor([0, 0], 1, 2)), 1e-5);
        Assert.Equal(0, TrustRegion.Divergence(before, before), 1e-12);
    }

    [Fact]
    public void Adapt_LearningRateAThousandTimesTooLarge_MovesTheAnswersNoFurtherThanTheBound()
    {
        var student = NormalizationModel.Of(TinyNetwork.Create(seed: 1));
        var teacher = NormalizationModel.Of(TinyNetwork.Create(seed: 2, width: 9));
        var options = new CemaOptions { CloudBatch = 8, StudentLearningRate = 10, Start = StatisticsStart.Source, ReplayCapacity = 0, StatisticsMomentum = 1e-6f };
        Assert.InRange(Shift(student, teacher, options), 0.05, double.PositiveInfinity);
        Assert.InRange(Shift(student, teacher, options with { MaximumAnswerShift = 0.01 }), 1e-5, 0.0101);
    }

    private static double Shift(NormalizationModel student, NormalizationModel teacher, CemaOptions options)
    {
        using var adapter = new CloudAdapter(student, teacher, options);
        using var forward = new ForwardSession(student);
        FloatTensor images = TinyNetwork.Images(8, seed: 40);
        for (int i = 0; i < images.Count; i++)
        {
            adapter.Enqueue(new TensorSample($"{i}", images.Sample(i).ToArray()));
        }

        Assert.Equal(AdaptationOutcome.Trained, Assert.Single(adapter.Adapt()).Outcome);
        return TrustRegion.Divergence(forward.Run(images, student.Source), forward.Run(images, adapter.StudentParameters));
    }

    /// <summary>A model of one parameter that moves the first logit.</summary>
    private static FloatTensor Forward(IReadOnlyList<LayerParameters> parameters) =>
        new([.. Answers.Values.Select((v, i) => v + (i % 3 == 0 ? parameters[0].Bias[0] : 0))], 2, 3);

    private static LayerParameters[] Bias(float value) => [new LayerParameters([1], [value], [0], [1])];
}
