using System.CommandLine;
using EdgeAdapt.Cli.Benchmarks;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`bench`: measures this engine against a named peer, both on this machine in one run.</summary>
public sealed class BenchVerb : IVerb
{
    /// <inheritdoc/>
    public Command Create(CommandContext context) => new(
        "bench",
        """
        Measures this engine against a named peer, on this machine in one run.

        Example:
          edgeadapt bench step
        """)
    {
        new StepBench().Create(context), new GradientsBench().Create(context), new DriftBench().Create(context),
    };
}
