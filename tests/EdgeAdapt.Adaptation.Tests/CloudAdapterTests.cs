using System.Text.Json;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class CloudAdapterTests
{
    private static readonly CemaOptions Small = new() { CloudBatch = 4, ReplayMinimum = 8, ReplayCapacity = 12, ReplayPerUpload = 2 };
    private readonly NormalizationModel _student = NormalizationModel.Of(TinyNetwork.Create(seed: 1));
    private readonly NormalizationModel _teacher = NormalizationModel.Of(TinyNetwork.Create(seed: 2, width: 9));

    [Fact]
    public void Adapt_FewerThanABatch_DoesNothing()
    {
        using CloudAdapter adapter = Create(Small);
        Enqueue(adapter, 0, 3);
        Assert.Empty(adapter.Adapt());
        Assert.Equal(3, adapter.QueuedSamples);
        Assert.Same(_student.Source, adapter.StudentParameters);
    }

    [Fact]
    public void Adapt_ReplayOnceTheBufferIsFullEnough_MixesOneNewWithTwoOld()
    {
        using CloudAdapter adapter = Create(Small);
        Enqueue(adapter, 0, 4);
        Assert.Equal((4, 0), Shape(Assert.Single(adapter.Adapt())));
        Enqueue(adapter, 4, 9);
        Assert.Equal([(4, 8), (4, 8)], adapter.Adapt().Select(Shape));
        Assert.Equal(1, adapter.QueuedSamples);
        Assert.Equal(12, adapter.SamplesSeen);
        Assert.Equal(12, adapter.ReplaySamples);
    }

    [Fact]
    public void Adapt_NoFullBatchButReplay_TakesOneStepOfTheStudentAlone()
    {
        using CloudAdapter adapter = Create(Small);
        Enqueue(adapter, 0, 12);
        adapter.Adapt();
        IReadOnlyList<LayerParameters> teacher = adapter.TeacherParameters;
        IReadOnlyList<LayerParameters> student = adapter.StudentParameters;
        AdaptationStep step = Assert.Single(adapter.Adapt());
        Assert.Equal((0, 12), Shape(step));
        Assert.Null(step.TeacherLoss);
        Assert.Same(teacher, adapter.TeacherParameters);
        Assert.NotEqual(student[0].Scale, adapter.StudentParameters[0].Scale);

        using CloudAdapter without = Create(Small with { ReplayOnlyStep = false });
        Enqueue(without, 0, 12);
        without.Adapt();
        Assert.Empty(without.Adapt());
    }

    [Fact]
    public void Adapt_SameSeed_GivesTheSameBitsAndAnotherSeedDoesNot()
    {
        float[] first = Train(Small), second = Train(Small), other = Train(Small with { Seed = 2 });
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void Adapt_ReplaySteps_FollowEachBatchOnceTheBufferIsFullEnough()
    {
        using CloudAdapter adapter = Create(Small with { ReplaySteps = 2 }), without = Create(Small);
        foreach (CloudAdapter each in new[] { adapter, without })
        {
            Enqueue(each, 0, 4);
            Assert.Equal(0, Assert.Single(each.Adapt()).ReplaySteps);
        }

        Assert.Equal(without.StudentParameters[0].Scale, adapter.StudentParameters[0].Scale);
        Enqueue(adapter, 4, 4);
        Assert.Equal(2, Assert.Single(adapter.Adapt()).ReplaySteps);
        Assert.Equal((4L, 8L), (adapter.Steps, adapter.SamplesSeen));
        Enqueue(without, 4, 4);
        without.Adapt();
        Assert.NotEqual(without.StudentParameters[0].Scale, adapter.StudentParameters[0].Scale);
    }

    [Fact]
    public void Adapt_BalancedReplayOrConfidentAnswers_TrainOtherParametersOnAsManyDraws()
    {
        float[] plain = Train(Small), balanced = Train(Small with { BalanceReplay = true }), confident = Train(Small with { MinimumConfidence = 0.5 });
        Assert.NotEqual(plain, balanced);
        Assert.NotEqual(plain, confident);
        Assert.NotEqual(balanced, confident);
        Assert.Equal(balanced, Train(Small with { BalanceReplay = true }));
    }

    [Fact]
    public void FindFaults_ReplayStepsAndConfidenceOutsideTheirDomains_NamesBoth()
    {
        IReadOnlyList<string> faults = new CemaOptions { ReplaySteps = -1, MinimumConfidence = 1 }.FindFaults();
        Assert.Equal(2, faults.Count);
        Assert.Contains(nameof(CemaOptions.ReplaySteps), faults[0], StringComparison.Ordinal);
        Assert.Contains(nameof(CemaOptions.MinimumConfidence), faults[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Adapt_BrokenSample_LeavesItOutAndKeepsTheOrder()
    {
        using CloudAdapter clean = Create(Small);
        Enqueue(clean, 0, 8);
        clean.Adapt();
        using CloudAdapter adapter = Create(Small);
        adapter.Enqueue(Sample(0));
        adapter.Enqueue(new TensorSample("broken", Enumerable.Repeat(float.NaN, 108).ToArray()));
        Enqueue(adapter, 1, 2);
        Assert.Empty(adapter.Adapt());
        Assert.Equal((3, 1L), (adapter.QueuedSamples, adapter.SamplesBroken));
        Enqueue(adapter, 3, 5);
        Assert.Equal(2, adapter.Adapt().Count);
        Assert.Equal(clean.TeacherParameters[0].Scale, adapter.TeacherParameters[0].Scale);
    }

    [Fact]
    public void Restore_CapturedThroughJson_GoesOnAsIfNothingHadHappened()
    {
        using CloudAdapter through = Create(Small);
        Enqueue(through, 0, 14);
        through.Adapt();
        CloudAdapterState state = JsonSerializer.Deserialize<CloudAdapterState>(JsonSerializer.Serialize(through.Capture()))!;
        using CloudAdapter restarted = Create(Small);
        restarted.Restore(state, id => Sample(int.Parse(id, null)));
        foreach (CloudAdapter adapter in new[] { through, restarted })
        {
            Enqueue(adapter, 14, 10);
            Assert.Equal(3, adapter.Adapt().Count);
        }

        Assert.Equal(through.StudentParameters[1].Bias, restarted.StudentParameters[1].Bias);
        Assert.Equal(through.StudentParameters[1].Variance, restarted.StudentParameters[1].Variance);
        Assert.Equal(through.TeacherParameters[0].Scale, restarted.TeacherParameters[0].Scale);
        Assert.Equal((through.Steps, through.SamplesSeen), (restarted.Steps, restarted.SamplesSeen));
    }

    [Fact]
    public void Restore_SampleGone_IsLeftOut()
    {
        using CloudAdapter adapter = Create(Small);
        Enqueue(adapter, 0, 7);
        adapter.Adapt();
        using CloudAdapter restarted = Create(Small);
        restarted.Restore(adapter.Capture(), id => id is "5" ? null : Sample(int.Parse(id, null)));
        Assert.Equal((2, 6), (restarted.QueuedSamples, restarted.ReplaySamples));
    }

    [Fact]
    public void Restore_AnotherModel_IsRefused()
    {
        using CloudAdapter adapter = Create(Small);
        using var other = new CloudAdapter(NormalizationModel.Of(TinyNetwork.Create(seed: 5)), _teacher, Small);
        var error = Assert.Throws<ArgumentException>(() => other.Restore(adapter.Capture(), _ => null));
        Assert.Contains("another file", error.Message, StringComparison.Ordinal);
        CloudAdapterState state = adapter.Capture();
        Assert.Throws<ArgumentException>(() => adapter.Restore(state with { Student = state.Student with { Parameters = [] } }, _ => null));
    }

    [Fact]
    public void Reset_AfterTraining_RepeatsTheRunBitForBit()
    {
        using CloudAdapter adapter = Create(Small);
        Enqueue(adapter, 0, 16);
        adapter.Adapt();
        float[] first = adapter.StudentParameters[1].Bias;
        adapter.Reset();
        Assert.Same(_student.Source, adapter.StudentParameters);
        Enqueue(adapter, 0, 16);
        adapter.Adapt();
        Assert.Equal(first, adapter.StudentParameters[1].Bias);
    }

    [Fact]
    public void SetEdgeStatistics_EdgeStart_TrainsUnderThemAndLeavesThemAlone()
    {
        LayerStatistics[] edge = [.. _student.Layers.Select(l => new LayerStatistics(Enumerable.Repeat(0.25f, l.Channels).ToArray(), Enumerable.Repeat(2f, l.Channels).ToArray()))];
        using CloudAdapter adapter = Create(Small with { Start = StatisticsStart.Edge });
        Enqueue(adapter, 0, 4);
        adapter.SetEdgeStatistics(edge);
        adapter.Adapt();
        Assert.Equal(edge[0].Mean, adapter.StudentParameters[0].Mean);
        Assert.Equal(edge[1].Variance, adapter.StudentParameters[1].Variance);
        Assert.NotEqual(_student.Source[0].Scale, adapter.StudentParameters[0].Scale);
        Assert.NotEqual(_teacher.Source[0].Mean, adapter.TeacherParameters[0].Mean);
        Assert.Throws<ArgumentException>(() => adapter.SetEdgeStatistics([edge[0] with { Variance = [-1, 1, 1] }, edge[1]]));
        Assert.Throws<ArgumentException>(() => adapter.SetEdgeStatistics([edge[0]]));
    }

    [Fact]
    public void Adapt_SourceShare_SourceAnswersUnderStatisticsOfTheUploadsNotOfTheEdge()
    {
        LayerStatistics[] edge = [.. _student.Layers.Select(l => new LayerStatistics(Enumerable.Repeat(0.25f, l.Channels).ToArray(), Enumerable.Repeat(2f, l.Channels).ToArray()))];
        CemaOptions options = Small with { Start = StatisticsStart.Edge, SourceShare = 0.5 };
        using CloudAdapter adapter = Create(options);
        adapter.SetEdgeStatistics(edge);
        Enqueue(adapter, 0, 4);
        adapter.Adapt();
        ModelState source = adapter.Capture().Source!;
        using var follower = new StatisticsFollower(_student, options.EdgeStatistics);
        FloatTensor uploads = FloatTensor.Stack([.. Enumerable.Range(0, 4).Select(i => TinyNetwork.Images(1, 1000 + i).Values)], 3, 6, 6);
        Assert.Equal(follower.Next(uploads, _student.Source, null).Mixed[1].Mean, source.Parameters[1].Mean);
        Assert.Equal(_student.Source[1].Scale, source.Parameters[1].Scale);
        adapter.Restore(adapter.Capture() with { Source = null }, id => Sample(int.Parse(id, null)));
        Assert.Equal(_student.Source[1].Mean, adapter.Capture().Source!.Parameters[1].Mean);
        Assert.Throws<ArgumentException>(() => adapter.Restore(adapter.Capture() with { Source = source with { Parameters = [] } }, _ => null));
    }

    [Fact]
    public void SetEdgeStatistics_OtherStarts_OnlyStartsWhatNothingHasStarted()
    {
        LayerStatistics[] edge = [.. _student.Layers.Select(l => new LayerStatistics(new float[l.Channels], Enumerable.Repeat(1f, l.Channels).ToArray()))];
        using CloudAdapter first = Create(Small);
        first.SetEdgeStatistics(edge);
        Assert.Equal(edge[0].Mean, first.StudentParameters[0].Mean);
        first.SetEdgeStatistics([edge[0] with { Mean = [9, 9, 9] }, edge[1]]);
        Assert.Equal(edge[0].Mean, first.StudentParameters[0].Mean);
        using CloudAdapter source = Create(Small with { Start = StatisticsStart.Source });
        source.SetEdgeStatistics(edge);
        Assert.Same(_student.Source, source.StudentParameters);
    }

    [Fact]
    public void Adapt_DivergedTeacher_ReportsItAndChangesNothing()
    {
        using CloudAdapter adapter = Create(Small);
        for (int i = 0; i < 4; i++)
        {
            adapter.Enqueue(new TensorSample($"{i}", Enumerable.Range(0, 108).Select(k => k % 2 == 0 ? 3e38f : -3e38f).ToArray()));
        }

        AdaptationStep step = Assert.Single(adapter.Adapt());
        Assert.NotEqual(AdaptationOutcome.Trained, step.Outcome);
        Assert.Equal(_student.Source[0].Scale, adapter.StudentParameters[0].Scale);
        Assert.All(adapter.TeacherParameters, p => Assert.All(p.Mean.Concat(p.Variance), v => Assert.True(float.IsFinite(v))));
    }

    [Fact]
    public void Adapt_Cancelled_StopsBetweenSteps()
    {
        using CloudAdapter adapter = Create(Small);
        Enqueue(adapter, 0, 8);
        Assert.Empty(adapter.Adapt(new CancellationToken(canceled: true)));
        Assert.Equal(8, adapter.QueuedSamples);
    }

    [Fact]
    public void Constructor_UnusableOptions_NamesEveryFault()
    {
        var error = Assert.Throws<ArgumentException>(() => Create(new CemaOptions
        {
            CloudBatch = 1, Alpha = -1, Temperature = 0, Momentum = 1, StudentLearningRate = float.NaN, ReplayCapacity = -1,
        }));
        foreach (string option in new[] { "CloudBatch", "Alpha", "Temperature", "Momentum", "StudentLearningRate", "ReplayCapacity" })
        {
            Assert.Contains(option, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Options_DefaultAndPaper_AreUsableAndDiffer()
    {
        Assert.Empty(CemaOptions.Paper.FindFaults());
        Assert.Empty(CemaOptions.Default.FindFaults());
        Assert.Equal((3f, 3f, 1f, 2.5e-3f, 2.5e-4f, 0.9f, 32, 10_000, 256, 3), (
            CemaOptions.Paper.Alpha, CemaOptions.Paper.Beta, CemaOptions.Paper.Gamma, CemaOptions.Paper.StudentLearningRate,
            CemaOptions.Paper.TeacherLearningRate, CemaOptions.Paper.Momentum, CemaOptions.Paper.CloudBatch, CemaOptions.Paper.ReplayCapacity,
            CemaOptions.Paper.ReplayMinimum, CemaOptions.Paper.ReplayPerUpload));
        Assert.Equal((0f, StatisticsStart.Edge), (CemaOptions.Default.Alpha, CemaOptions.Default.Start));
    }

    [Fact]
    public void Constructor_ModelsOfOtherSizes_IsRefused()
    {
        var error = Assert.Throws<OnnxModelException>(() => new CloudAdapter(_student, Golden.Model("teacher"), Small));
        Assert.Contains("classes", error.Message, StringComparison.Ordinal);
    }

    private static (int Uploaded, int Replayed) Shape(AdaptationStep step) => (step.Uploaded, step.Replayed);

    private static TensorSample Sample(int index) => new($"{index}", TinyNetwork.Images(1, 1000 + index).Values);

    private static void Enqueue(CloudAdapter adapter, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            adapter.Enqueue(Sample(i));
        }
    }

    private float[] Train(CemaOptions options)
    {
        using CloudAdapter adapter = Create(options);
        Enqueue(adapter, 0, 24);
        adapter.Adapt();
        return [.. adapter.StudentParameters.SelectMany(p => p.Scale.Concat(p.Bias).Concat(p.Mean).Concat(p.Variance))];
    }

    private CloudAdapter Create(CemaOptions options) => new(_student, _teacher, options);
}
