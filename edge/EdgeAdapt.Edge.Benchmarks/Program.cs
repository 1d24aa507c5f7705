using EdgeAdapt.Cli;
using EdgeAdapt.Cli.Verbs;
using EdgeAdapt.Edge.Benchmarks;
using EdgeAdapt.Edge.Benchmarks.Swaps;

return await CommandLineApplication.RunAsync(args, [new BenchVerb([new EdgeBench(), new SwapBench()])], CommandContext.OfProcess()).ConfigureAwait(false);
