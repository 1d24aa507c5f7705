using EdgeAdapt.Cli;
using EdgeAdapt.Cli.Verbs;

return await CommandLineApplication.RunAsync(args, AllVerbs.Create(), CommandContext.OfProcess()).ConfigureAwait(false);
