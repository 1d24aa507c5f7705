using System.Text.Json;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>CMA-ES by itself: on functions whose minimum is known, and against NumPy with the same draws (tests/goldens/baselines/generate_foa.py).</summary>
public sealed class CmaEsTests
{
    [Fact]
    public void Update_SameDrawsAsNumPy_FollowsMeanAndStepWithinRounding()
    {
        JsonElement golden = Golden.Case("cma", "baselines");
        int n = golden.GetProperty("dimension").GetInt32();
        double[] target = Numbers(golden.GetProperty("target"));
        double[] slopes = Numbers(golden.GetProperty("slopes"));
        double[] best = [.. Enumerable.Repeat(golden.GetProperty("injected").GetDouble(), n)];
        double Value(double[] x) => x.Select((v, i) => slopes[i] * (v - target[i]) * (v - target[i])).Sum();
        var generator = new SeededGenerator(golden.GetProperty("seed").GetUInt64());
        var search = new CmaEs(n, golden.GetProperty("population").GetInt32(), 1);
        foreach ((int generation, JsonElement mean) in golden.GetProperty("means").EnumerateArray().Index())
        {
            double[][] points = [.. Enumerable.Range(0, search.Population).Select(_ => search.Point(Normals(generator, n))), best];
            double[] fitness = [.. points.Select(Value)];
            if (generation % 7 == 3)
            {
                fitness[2] = double.NaN;
            }

            search.Update(points, fitness);
            best = points.MinBy(x => ReferenceEquals(x, points[2]) && generation % 7 == 3 ? double.PositiveInfinity : Value(x))!;
            Assert.All(Numbers(mean).Zip(search.Mean), p => Assert.Equal(p.First, p.Second, 1e-9));
            Assert.Equal(golden.GetProperty("sigmas")[generation].GetDouble(), search.Sigma, 1e-9);
        }
    }

    [Theory]
    [InlineData("sphere", 8, 150)]
    [InlineData("ellipsoid", 8, 500)]
    [InlineData("rosenbrock", 4, 500)]
    public void Update_KnownMinimum_IsFound(string function, int dimension, int generations)
    {
        (double[] mean, double value) = Minimize(function, dimension, generations, seed: 4);
        Assert.True(value < 1e-10, $"{function}: {value} at {string.Join(", ", mean)}");
    }

    [Fact]
    public void Update_SameSeed_TakesTheSamePath()
    {
        Assert.Equal(Minimize("ellipsoid", 5, 30, seed: 1).Mean, Minimize("ellipsoid", 5, 30, seed: 1).Mean);
        Assert.NotEqual(Minimize("ellipsoid", 5, 30, seed: 1).Value, Minimize("ellipsoid", 5, 30, seed: 2).Value);
    }

    [Fact]
    public void Update_NotANumber_RanksBehindEveryNumber()
    {
        double[][] points = [[5, 5], [1, 0], [5, -5], [-5, 5]];
        CmaEs Told(double broken)
        {
            var search = new CmaEs(2, 4, 1);
            search.Update(points, [broken, 1, 2, broken]);
            return search;
        }

        Assert.Equal(Told(1e300).Mean, Told(double.NaN).Mean);
        Assert.Equal(Told(1e300).Sigma, Told(double.NaN).Sigma);
        Assert.True(Told(double.NaN).Mean[1] < 0);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0.5)]
    public void Update_NothingToChooseBy_LearnsNothing(double fitness)
    {
        var search = new CmaEs(3, 6, 1);
        search.Update([.. Enumerable.Range(0, 6).Select(i => new double[] { i, -i, 1 })], [.. Enumerable.Repeat(fitness, 6)]);
        Assert.Equal([0d, 0, 0], search.Mean);
        Assert.Equal(1, search.Sigma);
    }

    [Fact]
    public void Update_FarPointFromElsewhere_MovesTheMeanNoFurtherThanADrawnOne()
    {
        var search = new CmaEs(2, 4, 1);
        search.Update([[0.1, 0], [0, 0.1], [-0.1, 0], [0, -0.1], [1e9, 0]], [2, 3, 4, 5, 1]);
        Assert.InRange(search.Mean[0], 0.5, Math.Sqrt(2) + 1);
        Assert.Throws<ArgumentException>(() => search.Update([[0, 0]], [1]));
    }

    [Theory]
    [InlineData(2304, 27)]
    [InlineData(32, 14)]
    [InlineData(1, 4)]
    public void DefaultPopulation_Dimension_IsHansens(int dimension, int population) => Assert.Equal(population, CmaEs.DefaultPopulation(dimension));

    [Fact]
    public void NextNormal_ManyDraws_HaveMomentsOfTheNormalDistribution()
    {
        double[] draws = Normals(new SeededGenerator(8), 40_000);
        Assert.Equal(0, draws.Average(), 0.02);
        Assert.Equal(1, draws.Average(d => d * d), 0.03);
        Assert.Equal(3, draws.Average(d => d * d * d * d), 0.15);
    }

    private static (double[] Mean, double Value) Minimize(string function, int dimension, int generations, ulong seed)
    {
        var generator = new SeededGenerator(seed);
        var search = new CmaEs(dimension, CmaEs.DefaultPopulation(dimension), 0.5);
        for (int i = 0; i < generations; i++)
        {
            double[][] points = [.. Enumerable.Range(0, search.Population).Select(_ => search.Point(Normals(generator, dimension)))];
            search.Update(points, [.. points.Select(x => Value(function, x))]);
        }

        return ([.. search.Mean], Value(function, [.. search.Mean]));
    }

    /// <summary>Minimum 0: the sphere's and the ellipsoid's (condition 10⁶) at 1 … 1, Rosenbrock's there too, at the end of its bent valley.</summary>
    private static double Value(string function, double[] x) => function switch
    {
        "sphere" => x.Sum(v => (v - 1) * (v - 1)),
        "ellipsoid" => x.Select((v, i) => Math.Pow(10, 6.0 * i / (x.Length - 1)) * (v - 1) * (v - 1)).Sum(),
        _ => x.Zip(x.Skip(1), (a, b) => (100 * (b - (a * a)) * (b - (a * a))) + ((1 - a) * (1 - a))).Sum(),
    };

    private static double[] Normals(SeededGenerator generator, int count) => [.. Enumerable.Range(0, count).Select(_ => generator.NextNormal())];

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];
}
