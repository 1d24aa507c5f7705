namespace EdgeAdapt.Cli.Verbs;

/// <summary>The verbs of the command line, in the order of its help. A new verb is one class and one line here.</summary>
public static class AllVerbs
{
    /// <summary>New instances, for one run of <see cref="CommandLineApplication"/>.</summary>
    public static IReadOnlyList<IVerb> Create() =>
    [
        new DemoVerb(),
        new InspectVerb(),
        new PrepareVerb(),
        new AdaptVerb(),
        new ApplyVerb(),
        new KeysVerb(),
        new EvaluateVerb(),
        new TrainVerb(),
        new CorruptVerb(),
        new BenchVerb(),
        new RoadSignsVerb(),
    ];
}
