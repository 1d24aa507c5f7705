namespace EdgeAdapt.Evaluation.Tests;

public sealed class StreamTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void DirichletOrder_AnyConcentration_IsASeededPermutation()
    {
        int[] labels = [.. Enumerable.Range(0, 500).Select(i => i * 7 % 10)];
        foreach (double concentration in new[] { 1e-4, 0.1, 1, 100 })
        {
            int[] order = DirichletOrder.Of(labels, concentration, new Random(3));
            Assert.Equal(Enumerable.Range(0, 500), order.Order());
            Assert.Equal(order, DirichletOrder.Of(labels, concentration, new Random(3)));
            Assert.NotEqual(order, DirichletOrder.Of(labels, concentration, new Random(4)));
        }
    }

    [Fact]
    public void DirichletOrder_SmallConcentration_MakesLongRuns()
    {
        int[] labels = [.. Enumerable.Range(0, 2000).Select(i => i * 7 % 10)];
        double Run(double concentration) => Enumerable.Range(1, 20).Average(seed =>
        {
            int[] classes = [.. DirichletOrder.Of(labels, concentration, new Random(seed)).Select(i => labels[i])];
            return 2000.0 / (1 + classes.Zip(classes.Skip(1)).Count(p => p.First != p.Second));
        });

        // Each class spreads over ten slots: evenly for large δ (runs of 20), into few of them for small δ.
        Assert.InRange(Run(1000), 19, 22);
        Assert.InRange(Run(1), 20, 30);
        Assert.True(Run(0.1) > 1.8 * Run(1), $"{Run(0.1)}");
    }

    [Fact]
    public void StoredOrder_SortedLabels_AreShuffledAndOthersKept()
    {
        int[] sorted = [.. Enumerable.Range(0, 100).Select(i => i / 25)];
        int[] order = StoredOrder.Of(sorted);
        Assert.Equal(Enumerable.Range(0, 100), order.Order());
        Assert.Equal(order, StoredOrder.Of(sorted));
        Assert.Equal(4, order.Take(20).Select(i => sorted[i]).Distinct().Count());
        Assert.Equal([0, 1, 2, 3], StoredOrder.Of([0, 2, 1, 2]));
        Assert.Equal([0, 1, 2], StoredOrder.Of([1, 1, 1]));
    }

    [Fact]
    public void Of_Mixed_IsASeededShuffleOfAllConditions()
    {
        ImagePlace[] Order(ulong seed) => [.. Stream(EvaluationProtocol.Mixed, seed).SelectMany(b => b.Images)];
        Assert.Equal(Order(1), Order(1));
        Assert.NotEqual(Order(1), Order(2));
        Assert.Equal(3 * TinyData.Images, Order(1).Distinct().Count());
        Assert.True(Order(1).Take(30).Select(p => p.Condition).Distinct().Count() == 3);
    }

    [Fact]
    public void Of_Continual_KeepsConditionsApart()
    {
        IReadOnlyList<StreamBatch> batches = Stream(EvaluationProtocol.Continual, 1);
        Assert.All(batches, b => Assert.Single(b.Images.Select(p => p.Condition).Distinct()));
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, TinyData.Images).Select(i => new ImagePlace(c, i))), batches.SelectMany(b => b.Images));
    }

    private IReadOnlyList<StreamBatch> Stream(EvaluationProtocol protocol, ulong seed)
    {
        var options = new EvaluationOptions { Methods = ["source"] };
        using ConditionImages images = ConditionImages.Open(_data.Subject(), options);
        return ImageStream.Of(new EvaluationCell("source", protocol, null, 20, 0, seed), images, options);
    }
}
