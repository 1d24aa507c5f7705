using EdgeAdapt.Datasets;
using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Results;
using EdgeAdapt.Demo.Statistics;
using EdgeAdapt.Demo.Streams;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;

namespace EdgeAdapt.Demo;

/// <summary>A run worked out from its options: everything checked that can be checked before a process starts.</summary>
internal sealed record DemoPlan
{
    private const double SecondsOfFolderStream = 160;

    /// <summary>Where the frames come from.</summary>
    public required IDriftSource Source { get; init; }

    /// <summary>The edge model's file.</summary>
    public required string Student { get; init; }

    /// <summary>The teacher's file.</summary>
    public required string Teacher { get; init; }

    /// <summary>The edge model, loaded for scoring without adaptation.</summary>
    public required OnnxModel Model { get; init; }

    /// <summary>How frames become the edge model's input.</summary>
    public required ModelManifest Manifest { get; init; }

    /// <summary>The programs to run.</summary>
    public required HostPrograms Programs { get; init; }

    /// <summary>Frames a second of each agent.</summary>
    public required double Rate { get; init; }

    /// <summary>Frames in a phase of each agent.</summary>
    public required int FramesPerPhase { get; init; }

    /// <summary>The options it was made from.</summary>
    public required DemoOptions Options { get; init; }

    /// <summary>The phases of each agent's stream.</summary>
    public IReadOnlyList<DemoPhase> Phases =>
        [.. Source.Phases.Select((name, i) => new DemoPhase(name, i * FramesPerPhase, FramesPerPhase))];

    /// <summary>How long the agents stream.</summary>
    public TimeSpan StreamDuration => TimeSpan.FromSeconds(Source.Phases.Count * FramesPerPhase / Rate);

    /// <summary>The setup as the report tells it.</summary>
    public RunSettings Settings =>
        new(Source.Description, Path.GetFileName(Student), Path.GetFileName(Teacher), Rate, FramesPerPhase, Options.Seed);

    /// <summary>Works a run out.</summary>
    /// <exception cref="DemoException">An option is wrong, or something the run needs is missing.</exception>
    public static DemoPlan Of(DemoOptions options)
    {
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new DemoException(string.Join(" ", faults));
        }

        try
        {
            (IDriftSource source, string student, string teacher) = options.DataFolder is { } folder
                ? (new CorruptionDrift(folder), options.Student!, options.Teacher!)
                : EmbeddedDemo.Open();
            Normalization? normalization = options.Mean is null ? null : Normalization.Parse(options.Mean, options.StandardDeviation!);
            double rate = options.Rate ?? DemoOptions.DefaultRate;
            return new DemoPlan
            {
                Source = source,
                Student = student,
                Teacher = teacher,
                Model = OnnxModel.Load(student),
                Manifest = ModelManifest.Load(student, normalization),
                Programs = HostPrograms.Find(),
                Rate = rate,
                FramesPerPhase = FramesOf(options, source, rate),
                Options = options,
            };
        }
        catch (Exception e) when (e is DatasetException or OnnxModelException or ModelManifestException or FormatException)
        {
            throw new DemoException(e.Message, e);
        }
    }

    private static int FramesOf(DemoOptions options, IDriftSource source, double rate)
    {
        int frames = options.FramesPerPhase ?? (options.DataFolder is null
            ? DemoOptions.DefaultFramesPerPhase
            : Math.Clamp((int)(SecondsOfFolderStream * rate / source.Phases.Count), 10, source.MaximumFrames));
        return frames <= source.MaximumFrames ? frames : throw new DemoException(
            $"--frames-per-phase is {frames}, but {source.Description} has {source.MaximumFrames} images in a file. Give at most {source.MaximumFrames}.");
    }
}
