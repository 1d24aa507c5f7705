using System.CommandLine;
using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>One option for each constant of CEMA's cloud side; the defaults are those of its authors.</summary>
internal sealed class AdaptOptions
{
    private static readonly CemaOptions Defaults = CemaOptions.Paper;

    private readonly Option<string> _statistics = new("--statistics")
    {
        Description = "first-batch: the models' own statistics are discarded and the first batch starts the running ones, the authors' rule. source: they begin at the models' own.",
        DefaultValueFactory = _ => "first-batch",
        HelpName = "first-batch|source",
    };

    private readonly Option<int> _batch = Number("--batch", "Samples in one step.", Defaults.CloudBatch);
    private readonly Option<int> _replay = Number("--replay", "Samples kept for replay; 0 turns replay, and with it all randomness, off.", Defaults.ReplayCapacity);
    private readonly Option<int> _replayMinimum = Number("--replay-minimum", "Samples that must be kept before replay begins.", Defaults.ReplayMinimum);
    private readonly Option<int> _replayPerUpload = Number("--replay-per-upload", "Replayed samples for each new one.", Defaults.ReplayPerUpload);
    private readonly Option<float> _alpha = Number("--alpha", "Weight of the student's entropy.", Defaults.Alpha);
    private readonly Option<float> _beta = Number("--beta", "Weight of KL(teacher||student).", Defaults.Beta);
    private readonly Option<float> _gamma = Number("--gamma", "Weight of the cross entropy to the teacher's answer.", Defaults.Gamma);
    private readonly Option<float> _temperature = Number("--temperature", "Temperature of the KL term.", Defaults.Temperature);
    private readonly Option<double> _highMargin = new("--entropy-high-margin")
    {
        Description = "E_max as a share of ln(classes); a sample of entropy H weighs exp(E_max - H). 0 weighs all samples alike.",
        DefaultValueFactory = _ => Defaults.Selection.EntropyHighMargin!.Value,
        HelpName = "X",
    };

    private readonly Option<float> _studentRate = Number("--student-lr", "Learning rate of the student.", Defaults.StudentLearningRate);
    private readonly Option<float> _teacherRate = Number("--teacher-lr", "Learning rate of the teacher.", Defaults.TeacherLearningRate);
    private readonly Option<float> _momentum = Number("--momentum", "Momentum of both optimizers.", Defaults.Momentum);
    private readonly Option<float> _statisticsMomentum = Number("--statistics-momentum", "Share of the newest batch in the running statistics.", Defaults.StatisticsMomentum);
    private readonly Option<bool> _fixedTeacher = new("--fixed-teacher") { Description = "Leaves the teacher untrained." };
    private readonly Option<ulong> _seed = Number("--seed", "Seed of the replay draws.", Defaults.Seed);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            _statistics, _batch, _replay, _replayMinimum, _replayPerUpload, _alpha, _beta, _gamma, _temperature, _highMargin,
            _studentRate, _teacherRate, _momentum, _statisticsMomentum, _fixedTeacher, _seed,
        })
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">A value is out of its range; the message lists all that are.</exception>
    public CemaOptions Read(ParseResult parsed)
    {
        double highMargin = parsed.GetValue(_highMargin);
        var options = new CemaOptions
        {
            // The samples given are those that were selected; only E_max matters here, as the weight in the losses.
            Selection = new EntropyFilterOptions { EntropyHighMargin = highMargin == 0 ? null : highMargin, EntropyLowMargin = null },
            CloudBatch = parsed.GetValue(_batch),
            ReplayCapacity = parsed.GetValue(_replay),
            ReplayMinimum = parsed.GetValue(_replayMinimum),
            ReplayPerUpload = parsed.GetValue(_replayPerUpload),
            ReplayOnlyStep = false,
            Alpha = parsed.GetValue(_alpha),
            Beta = parsed.GetValue(_beta),
            Gamma = parsed.GetValue(_gamma),
            Temperature = parsed.GetValue(_temperature),
            StudentLearningRate = parsed.GetValue(_studentRate),
            TeacherLearningRate = parsed.GetValue(_teacherRate),
            Momentum = parsed.GetValue(_momentum),
            StatisticsMomentum = parsed.GetValue(_statisticsMomentum),
            AdaptTeacher = !parsed.GetValue(_fixedTeacher),
            Seed = parsed.GetValue(_seed),
            Start = parsed.GetValue(_statistics) switch
            {
                "first-batch" => StatisticsStart.FirstBatch,
                "source" => StatisticsStart.Source,
                { } other => throw new UsageException($"--statistics is '{other}'; give first-batch or source."),
                null => StatisticsStart.FirstBatch,
            },
        };
        IReadOnlyList<string> faults = options.FindFaults();
        return faults.Count == 0 ? options : throw new UsageException(string.Join(" ", faults));
    }

    private static Option<T> Number<T>(string name, string description, T otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise, HelpName = otherwise is float ? "X" : "N" };
}
