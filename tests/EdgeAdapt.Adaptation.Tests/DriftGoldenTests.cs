using System.Text.Json;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>The change detectors against tests/goldens/drift, where NumPy computed everything anew from the values for each of them.</summary>
public sealed class DriftGoldenTests
{
    /// <summary>Sums of thousands of doubles in another order.</summary>
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Streams => ["steady", "skewed", "abrupt", "small-jump", "gradual", "variance", "constant"];

    [Theory]
    [MemberData(nameof(Streams))]
    public void PageHinkley_Stream_MatchesNumPy(string name)
    {
        JsonElement golden = Golden.Case(name, "drift");
        JsonElement expected = golden.GetProperty("pageHinkley");
        var test = new PageHinkley(Options<PageHinkleyOptions>(expected));
        var found = new List<(int, ChangePoint)>();
        double[] values = Doubles(golden, "values");
        int every = golden.GetProperty("every").GetInt32();
        (double[] rise, double[] fall) = (Doubles(expected, "rise"), Doubles(expected, "fall"));
        for (int i = 0; i < values.Length; i++)
        {
            if (test.Update(values[i]) is { } change)
            {
                found.Add((i, change));
            }

            if (i % every == 0)
            {
                Assert.Equal(rise[i / every], test.State.Rise, Tolerance);
                Assert.Equal(fall[i / every], test.State.Fall, Tolerance);
            }
        }

        AssertChanges(expected, found);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Adwin_Stream_MatchesNumPy(string name)
    {
        JsonElement golden = Golden.Case(name, "drift");
        JsonElement expected = golden.GetProperty("adwin");
        var window = new Adwin(Options<AdwinOptions>(expected));
        var found = new List<(int, ChangePoint)>();
        double[] values = Doubles(golden, "values");
        int every = golden.GetProperty("every").GetInt32();
        double[] width = Doubles(expected, "width");
        for (int i = 0; i < values.Length; i++)
        {
            if (window.Update(values[i]) is { } change)
            {
                found.Add((i, change));
            }

            if (i % every == 0)
            {
                Assert.Equal(width[i / every], window.Width);
                double[] kept = values[(i + 1 - (int)window.Width)..(i + 1)];
                Assert.Equal(kept.Average(), window.Mean, Tolerance);
                Assert.Equal(kept.Average(v => Math.Pow(v - kept.Average(), 2)), window.Variance, Tolerance);
            }
        }

        AssertChanges(expected, found);
    }

    private static T Options<T>(JsonElement golden) => golden.GetProperty("options").Deserialize<T>(JsonSerializerOptions.Web)!;

    private static double[] Doubles(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    private static void AssertChanges(JsonElement expected, List<(int Position, ChangePoint Change)> found)
    {
        JsonElement[] changes = [.. expected.GetProperty("changes").EnumerateArray()];
        Assert.Equal(changes.Select(c => c[0].GetInt32()), found.Select(f => f.Position));
        foreach ((JsonElement golden, (_, ChangePoint change)) in changes.Zip(found))
        {
            Assert.Equal(golden[1].GetString(), $"{change.Direction}");
            Assert.Equal(golden[2].GetInt64(), change.Began);
            Assert.Equal(golden[3].GetDouble(), change.Before, Tolerance);
            Assert.Equal(golden[4].GetDouble(), change.After, Tolerance);
        }
    }
}
