using System.Text.Json;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class ParameterGuardTests
{
    private static readonly GuardOptions Options = new() { StepsToStore = 3 };
    private readonly IReadOnlyList<LayerParameters> _source = Set();

    /// <summary>By hand: the targets (¾, ¼) against the answers (½, ½) cost ln 2; an answer of NaN counts as the smallest probability.</summary>
    [Fact]
    public void CrossEntropies_KnownAnswers_AreTheHandComputedOnes()
    {
        FloatTensor targets = new([MathF.Log(3), 0, MathF.Log(3), 0], 2, 2);
        double[] losses = ParameterGuard.CrossEntropies(targets, new FloatTensor([7, 7, float.NaN, 0], 2, 2), 1);
        Assert.Equal(Math.Log(2), losses[0], 1e-6);
        Assert.Equal(-Math.Log(1e-12), losses[1], 1e-4);
    }

    [Fact]
    public void CrossEntropies_Temperature_DividesTheLogits()
    {
        FloatTensor targets = new([2 * MathF.Log(3), 0], 1, 2), answers = new([0, 4 * MathF.Log(3)], 1, 2);
        double expected = -(0.75 * Math.Log(0.1)) - (0.25 * Math.Log(0.9));
        Assert.Equal(expected, ParameterGuard.CrossEntropies(targets, answers, 2)[0], 1e-6);
    }

    [Fact]
    public void Judge_BetterThanTheSource_Keeps()
    {
        var guard = new ParameterGuard(Options, _source);
        IReadOnlyList<LayerParameters> learnt = Set();
        for (int step = 0; step < 6; step++)
        {
            Assert.Equal(GuardOutcome.Kept, Judge(guard, learnt, (learnt, 2), (_source, 1)).Outcome);
        }

        Assert.Equal(6, guard.State.Steps);
        Assert.True(guard.State.Source.Mean < 0);
    }

    [Fact]
    public void Judge_SourceClearlyBetter_RestoresItAtOnce()
    {
        var guard = new ParameterGuard(Options, _source);
        IReadOnlyList<LayerParameters> learnt = Set();
        Judge(guard, _source);
        (GuardOutcome outcome, IReadOnlyList<LayerParameters> parameters) = Judge(guard, learnt, (learnt, -1), (_source, 1));
        Assert.Equal(GuardOutcome.Restored, outcome);
        Assert.Same(_source, parameters);
        Assert.Empty(guard.State.Stored);
    }

    [Fact]
    public void Judge_SourceBetterWithinTheNoise_Keeps()
    {
        var guard = new ParameterGuard(Options, _source);
        IReadOnlyList<LayerParameters> learnt = Set();
        Judge(guard, _source);

        // Half of the samples gain what the other half loses, but for a trifle.
        FloatTensor mixed = Answers(32, i => i % 2 == 0 ? 1 : -0.7);
        Assert.Equal(GuardOutcome.Kept, guard.Judge(learnt, Targets(32), mixed, _ => Answers(32, _ => 0)).Outcome);
    }

    [Fact]
    public void Judge_ConditionReturns_ReusesItsSet()
    {
        var guard = new ParameterGuard(Options, _source);
        IReadOnlyList<LayerParameters> noise = Set(), fog = Set();
        Judge(guard, _source);
        for (int step = 0; step < 4; step++)
        {
            Judge(guard, noise, (noise, 2), (_source, 1));
        }

        Assert.Equal(GuardOutcome.Restored, Judge(guard, noise, (noise, -1), (_source, 1)).Outcome);
        guard.State = JsonSerializer.Deserialize<GuardState>(JsonSerializer.Serialize(guard.State))!;
        IReadOnlyList<LayerParameters> stored = Assert.Single(guard.State.Stored).Parameters;
        for (int step = 0; step < 4; step++)
        {
            Assert.Equal(GuardOutcome.Kept, Judge(guard, fog, (fog, 2), (_source, 1), (stored, -1)).Outcome);
        }

        (GuardOutcome outcome, IReadOnlyList<LayerParameters> parameters) = Judge(guard, fog, (fog, -1), (_source, 1), (stored, 2));
        Assert.Equal(GuardOutcome.Reused, outcome);
        Assert.Same(stored, parameters);
        Assert.Same(fog, Assert.Single(guard.State.Stored).Parameters);
    }

    [Fact]
    public void Judge_MoreConditionsThanAreStored_ForgetsTheOneLeftLongestAgo()
    {
        var guard = new ParameterGuard(Options with { StoredSets = 2 }, _source);
        IReadOnlyList<LayerParameters>[] conditions = [Set(), Set(), Set()];
        Judge(guard, _source);
        foreach (IReadOnlyList<LayerParameters> condition in conditions)
        {
            for (int step = 0; step < 4; step++)
            {
                Judge(guard, condition, (condition, 2), (_source, 1));
            }

            Judge(guard, condition, (condition, -1), (_source, 1));
        }

        Assert.Equal(conditions[1..], guard.State.Stored.Select(s => s.Parameters));
    }

    [Fact]
    public void Adapt_CollapsedParameters_StartsAgainFromTheSource()
    {
        NormalizationModel student = NormalizationModel.Of(TinyNetwork.Create(seed: 1));
        var options = new CemaOptions { CloudBatch = 16, SourceShare = 0.5, AdaptTeacher = false, Start = StatisticsStart.Source, Guard = Options };
        using var adapter = new CloudAdapter(student, NormalizationModel.Of(TinyNetwork.Create(seed: 2, width: 9)), options);
        FloatTensor images = TinyNetwork.Images(48, seed: 3);
        TensorSample[] samples = [.. Enumerable.Range(0, 48).Select(i => new TensorSample($"{i}", images.Sample(i).ToArray()))];
        AdaptationStep Next(int first)
        {
            Array.ForEach(samples[first..(first + 16)], adapter.Enqueue);
            return Assert.Single(adapter.Adapt());
        }

        Assert.Equal(GuardOutcome.Kept, Next(0).Guard);
        CloudAdapterState state = adapter.Capture();
        LayerParameters[] wild = [.. state.Student.Parameters.Select(p => p with { Scale = [.. p.Scale.Select(v => -40 * v)] })];
        adapter.Restore(state with { Student = state.Student with { Parameters = wild } }, id => samples[int.Parse(id, null)]);
        Assert.Equal(GuardOutcome.Restored, Next(16).Guard);
        Assert.Equal(16, adapter.ReplaySamples);
        Assert.All(adapter.StudentParameters.Zip(student.Source), pair => Assert.True(Math.Abs(pair.First.Scale[0] - pair.Second.Scale[0]) < 0.5));

        state = adapter.Capture();
        GuardState damaged = state.Guard! with { Stored = [new StoredParameters([], GuardScore.Empty)] };
        Assert.Contains("guard", Assert.Throws<ArgumentException>(() => adapter.Restore(state with { Guard = damaged }, _ => null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFaults_UnusableOptions_NamesEachOfThem()
    {
        IReadOnlyList<string> faults = new CemaOptions { Guard = new GuardOptions { Significance = 0, Memory = 0, StoredSets = -1, StepsToStore = 0 }, SourceShare = 1 }.FindFaults();
        Assert.Equal(5, faults.Count);
        Assert.Contains(faults, f => f.Contains("Guard.Significance", StringComparison.Ordinal));
    }

    private static LayerParameters[] Set() => [new([1], [0], [0], [1])];

    /// <summary>Judges 32 uploads of class 0 that each set answers with its own margin.</summary>
    private (GuardOutcome Outcome, IReadOnlyList<LayerParameters> Parameters) Judge(
        ParameterGuard guard, IReadOnlyList<LayerParameters> current, params (IReadOnlyList<LayerParameters> Set, double Margin)[] margins)
    {
        FloatTensor Forward(IReadOnlyList<LayerParameters> set) => Answers(32, i => margins.FirstOrDefault(m => ReferenceEquals(m.Set, set)).Margin + (0.1 * (i % 3)));
        return guard.Judge(current, Targets(32), Forward(_source), Forward);
    }

    private static FloatTensor Targets(int count) => Answers(count, _ => 4);

    private static FloatTensor Answers(int count, Func<int, double> margin) =>
        FloatTensor.Stack([.. Enumerable.Range(0, count).Select(i => new[] { (float)margin(i), 0 })], 2);
}
