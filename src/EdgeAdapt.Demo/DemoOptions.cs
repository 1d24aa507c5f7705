namespace EdgeAdapt.Demo;

/// <summary>What to run and where to write. The defaults run the embedded road-sign demo.</summary>
public sealed record DemoOptions
{
    /// <summary>Frames a second of each agent where none are given.</summary>
    public const double DefaultRate = 20;

    /// <summary>Frames in a phase of each agent, embedded road signs, where none are given.</summary>
    public const int DefaultFramesPerPhase = 280;

    /// <summary>Where the result goes as JSON; null for nowhere.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Where report.html goes; made where absent.</summary>
    public string OutputFolder { get; init; } = "edgeadapt-demo";

    /// <summary>A folder of corruption files to stream; null for the embedded road signs.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The edge model; null for the embedded one.</summary>
    public string? Student { get; init; }

    /// <summary>The cloud's teacher; null for the embedded one.</summary>
    public string? Teacher { get; init; }

    /// <summary>Mean of each channel, comma separated; null for what the model's manifest says (ImageNet's without one).</summary>
    public string? Mean { get; init; }

    /// <summary>Standard deviation of each channel, comma separated; null as for <see cref="Mean"/>.</summary>
    public string? StandardDeviation { get; init; }

    /// <summary>Frames a second of each agent, above 0 up to 1000; null for <see cref="DefaultRate"/>.</summary>
    public double? Rate { get; init; }

    /// <summary>
    /// Frames in each phase of each agent, at least 10; null for <see cref="DefaultFramesPerPhase"/>, with a folder for as
    /// many as make the run about three minutes long.
    /// </summary>
    public int? FramesPerPhase { get; init; }

    /// <summary>Seed of the streams, 0 or more. Equal seeds stream equal frames.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether the working folder with streams, reports, logs and states stays.</summary>
    public bool Keep { get; init; }

    /// <summary>Everything that is wrong with the options, a sentence with the remedy each; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (DataFolder is not null && (Student is null || Teacher is null))
        {
            faults.Add("--data needs models that know its classes: give --student and --teacher too.");
        }

        if (DataFolder is null && (Student is not null || Teacher is not null))
        {
            faults.Add("--student and --teacher go with --data: without it the embedded road signs run with their own models.");
        }

        if (Mean is null != StandardDeviation is null)
        {
            faults.Add("--mean and --std belong together: give both or none.");
        }

        AddMissing(faults, "--data", DataFolder, Directory.Exists, "folder");
        AddMissing(faults, "--student", Student, File.Exists, "file");
        AddMissing(faults, "--teacher", Teacher, File.Exists, "file");
        if (Rate is { } rate && !(rate is > 0 and <= 1000))
        {
            faults.Add($"--rate is {rate}; give frames a second, above 0 up to 1000.");
        }

        if (FramesPerPhase is < 10 or > 100_000)
        {
            faults.Add($"--frames-per-phase is {FramesPerPhase}; give 10 to 100000.");
        }

        if (Seed < 0)
        {
            faults.Add($"--seed is {Seed}; give 0 or more.");
        }

        return faults;
    }

    private static void AddMissing(List<string> faults, string option, string? path, Func<string, bool> exists, string kind)
    {
        if (path is not null && !exists(path))
        {
            faults.Add($"{option}: there is no {kind} '{path}'. Check the path.");
        }
    }
}
