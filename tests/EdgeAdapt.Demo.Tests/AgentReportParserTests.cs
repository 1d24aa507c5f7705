using EdgeAdapt.Demo.Reports;

namespace EdgeAdapt.Demo.Tests;

public sealed class AgentReportParserTests
{
    [Fact]
    public void Parse_Answer_ReadsEveryField() => Assert.Equal(
        new AnswerReport(12, 3, 2, true, null),
        AgentReportParser.Parse("""{"type":"answer","frame":12,"class":3,"entropy":0.41,"version":2,"uploaded":true}"""));

    [Fact]
    public void Parse_FailedAnswer_KeepsTheReason() => Assert.Equal(
        new AnswerReport(7, -1, 0, false, "no image"),
        AgentReportParser.Parse("""{"type":"answer","frame":7,"failed":true,"reason":"no image"}"""));

    [Fact]
    public void Parse_StatusSwapRefused_AreRead()
    {
        const string Counters = "\"connected\":true,\"outbox\":5,\"seen\":400,\"uploaded\":80,\"bytesUp\":9,\"bytesDown\":8,\"version\":2";
        var status = new StatusReport(true, 5, 400, 80, 9, 8, 2);

        Assert.Equal(status, AgentReportParser.Parse($$"""{"type":"status",{{Counters}}}"""));
        Assert.Equal(new FinishedReport(status), AgentReportParser.Parse($$"""{"type":"finished",{{Counters}}}"""));
        Assert.Equal(new SwapReport(3, true, 12.5), AgentReportParser.Parse("""{"type":"swap","version":3,"kind":"parameters","milliseconds":12.5}"""));
        Assert.Equal(new SwapReport(3, false, 1), AgentReportParser.Parse("""{"type":"swap","version":3,"kind":"statistics","milliseconds":1}"""));
        Assert.Equal(new RefusedReport(4, "NaN"), AgentReportParser.Parse("""{"type":"refused","version":4,"reason":"NaN"}"""));
        Assert.Null(AgentReportParser.Parse("""{"type":"news of a later version"}"""));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"answer","frame":1}""")]
    [InlineData("""{"type":"answer","frame":"1","class":3,"version":2,"uploaded":true}""")]
    public void Parse_BrokenLine_SaysSo(string line) =>
        Assert.Contains(line, Assert.Throws<FormatException>(() => AgentReportParser.Parse(line)).Message, StringComparison.Ordinal);
}
