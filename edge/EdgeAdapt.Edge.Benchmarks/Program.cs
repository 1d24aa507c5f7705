using EdgeAdapt.Cli;
using EdgeAdapt.Cli.Verbs;
using EdgeAdapt.Edge.Benchmarks;

return await CommandLineApplication.RunAsync(args, [new BenchVerb([new EdgeBench(), new SwapBench()])], CommandContext.OfProcess()).ConfigureAwait(false);
