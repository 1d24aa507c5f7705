using System.CommandLine;
using EdgeAdapt.Cli.Benchmarks;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`bench`: measures this engine against a named peer, both on this machine in one run.</summary>
/// <param name="others">Benchmarks of other parts of the product, listed beside those of the engine.</param>
public sealed class BenchVerb(IReadOnlyList<IVerb> others) : IVerb
{
    /// <summary>The benchmarks of the engine alone.</summary>
    public BenchVerb() : this([])
    {
    }

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var bench = new Command(
            "bench",
            """
            Measures this product against a named peer, on this machine in one run.

            Example:
              edgeadapt bench step
            """);
        foreach (IVerb benchmark in (IVerb[])[new StepBench(), new GradientsBench(), .. others])
        {
            bench.Add(benchmark.Create(context));
        }

        return bench;
    }
}
