using System.CommandLine;
using EdgeAdapt.Cli;

namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>`bench swap`.</summary>
internal sealed class SwapBench : IVerb
{
    /// <inheritdoc/>
    public Command Create(CommandContext context) => new("swap", "x");
}
