using EdgeAdapt.Testing.Metrics;

namespace EdgeAdapt.Observability.Tests;

/// <summary>The parser that judges the product's output refuses what it should.</summary>
public sealed class ExpositionParserTests
{
    [Theory]
    [InlineData("# TYPE a counter\na 1\n")]
    [InlineData("a 1\n")]
    [InlineData("# TYPE a gauge\na 1")]
    [InlineData("# TYPE a gauge\na 1\na 2\n")]
    [InlineData("# TYPE a gauge\na{x=\"1\" 1\n")]
    [InlineData("# TYPE a gauge\na{x=\"\\t\"} 1\n")]
    [InlineData("# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n")]
    [InlineData("# TYPE a gauge\na one\n")]
    [InlineData("# TYPE a gauge\na 1 \n")]
    [InlineData("# TYPE a gauge\n\na 1\n")]
    [InlineData("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n")]
    [InlineData("# TYPE a_total counter\na_total -1\n")]
    public void Parse_BrokenText_Refuses(string text) => Assert.Throws<FormatException>(() => ExpositionParser.Parse(text, openMetrics: false));

    [Theory]
    [InlineData("# TYPE a gauge\na 1\n")]
    [InlineData("# TYPE a_total counter\na_total 1\n# EOF\n")]
    [InlineData("# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n")]
    [InlineData("# EOF\n# TYPE a gauge\na 1\n")]
    public void Parse_BrokenOpenMetrics_Refuses(string text) => Assert.Throws<FormatException>(() => ExpositionParser.Parse(text, openMetrics: true));

    [Fact]
    public void Parse_SpecificationsExample_ReadsAll()
    {
        ExpositionParser parsed = ExpositionParser.Parse("# HELP a_total Say \\\\ and \\n.\n# TYPE a_total counter\na_total{x=\"C:\\\\d \\\"e\\\"\\n\",y=\"{,}\"} 1.5e3\n", openMetrics: false);
        Assert.Equal("Say \\ and \n.", parsed.Helps["a_total"]);
        Assert.Equal(1500, parsed.Value("a_total", ("x", "C:\\d \"e\"\n"), ("y", "{,}")));
    }
}
