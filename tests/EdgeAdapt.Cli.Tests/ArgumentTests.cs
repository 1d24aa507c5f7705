using EdgeAdapt.Cli.Verbs;

namespace EdgeAdapt.Cli.Tests;

public sealed class ArgumentTests
{
    public static TheoryData<string> Verbs => [.. AllVerbs.Create().Select(v => v.Create(CommandContext.Of(TextWriter.Null, TextWriter.Null)).Name), "bench step"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_EachVerb_EndsWithAnExampleOfItself(string verb)
    {
        CommandLineResult result = await CommandLine.RunAsync([.. verb.Split(' '), "--help"]);
        result.AssertSucceeds();
        Assert.Contains($"Usage:\n  edgeadapt {verb} ", result.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Example", result.Output, StringComparison.Ordinal);
        Assert.Contains($"edgeadapt {verb}", result.Output[result.Output.IndexOf("Example", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfAll_ListsVerbsWithoutTheirExamples()
    {
        CommandLineResult result = await CommandLine.RunAsync("--help");
        result.AssertSucceeds();
        Assert.Single(result.Output.Split("Example").Skip(1));
        Assert.Contains("roadsigns", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown: foo", "foo")]
    [InlineData("unknown: --nope", "evaluate", "--nope")]
    [InlineData("'--teacher' is required", "adapt", "--student", "s.onnx")]
    [InlineData("'--batch'", "evaluate", "--student", "s", "--data", "d", "--batch", "many")]
    [InlineData("'--protocol'", "evaluate", "--student", "s", "--data", "d", "--protocol", "maybe")]
    [InlineData("not a number", "evaluate", "--student", "s", "--data", "d", "--methods", "bn", "--mean", "a", "--std", "1")]
    [InlineData("--mean and --std", "evaluate", "--student", "s", "--data", "d", "--methods", "bn", "--mean", "1")]
    [InlineData("--limit is 0", "evaluate", "--student", "s", "--data", "d", "--methods", "bn", "--limit", "0")]
    [InlineData("called magic", "evaluate", "--student", "s", "--data", "d", "--methods", "bn,magic")]
    [InlineData("Give --teacher", "evaluate", "--student", "s", "--data", "d", "--methods", "bn,cema")]
    [InlineData("--steps is 0", "bench", "step", "--steps", "0")]
    [InlineData("Severity is 9", "roadsigns", "--out", "x", "--severity", "9")]
    public async Task Run_WrongArguments_OneLineAndCode2(string word, params string[] arguments) =>
        (await CommandLine.RunAsync(arguments)).AssertFails(ExitCode.Usage, word, "--help");
}
