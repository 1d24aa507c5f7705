using EdgeAdapt.Cli;
using EdgeAdapt.Cli.Verbs;

// A new verb is one class that implements IVerb and one line here.
IVerb[] verbs =
[
    new DemoVerb(),
    new InspectVerb(),
    new AdaptVerb(),
    new ApplyVerb(),
    new EvaluateVerb(),
    new RoadSignsVerb(),
];
return await CommandLineApplication.RunAsync(args, verbs, CommandContext.OfProcess()).ConfigureAwait(false);
