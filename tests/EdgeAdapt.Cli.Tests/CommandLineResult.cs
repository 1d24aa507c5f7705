namespace EdgeAdapt.Cli.Tests;

/// <summary>How a run of the command line ended.</summary>
public sealed record CommandLineResult(int Code, string Output, string Error)
{
    /// <summary>Asserts a failure: the code, nothing on standard output, one line on standard error with the words given.</summary>
    public void AssertFails(ExitCode code, params string[] words)
    {
        Assert.Equal((int)code, Code);
        Assert.Empty(Output);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("edgeadapt", Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
    }

    public void AssertSucceeds()
    {
        Assert.Empty(Error);
        Assert.Equal((int)ExitCode.Success, Code);
    }
}
