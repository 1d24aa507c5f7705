using System.CommandLine;
using System.Globalization;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Evaluation;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>The options of `evaluate` that say what is compared with what.</summary>
internal sealed class EvaluateOptions
{
    private readonly Option<string> _methods = new("--methods")
    {
        Description = "Comma-separated, out of the list below.",
        DefaultValueFactory = _ => "source,bn,statistics,tent,eta,cema",
        HelpName = "LIST",
    };

    private readonly Option<EvaluationProtocol[]> _protocols = ListOption.Of<EvaluationProtocol>(
        "--protocol",
        "reset: everything is reset at each condition. continual: one stream through all of them. mixed: their images shuffled. correlated: reset, in runs of one class. recurring: continual, several rounds. noshift: clean images alone.",
        "reset,continual,mixed,correlated,recurring,noshift",
        text => Enum.TryParse(text, ignoreCase: true, out EvaluationProtocol protocol) && Enum.IsDefined(protocol) && !char.IsAsciiDigit(text[0]) ? protocol : null,
        EvaluationProtocol.Reset);

    private readonly Option<int[]> _batches = ListOption.Of<int>("--batch", "Images a batch at the edge.", "N,...", Number, 64);
    private readonly Option<int[]> _delays = ListOption.Of<int>("--delay", "Batches between an upload and the parameters learnt from it.", "N,...", Number, 0);
    private readonly Option<ulong[]> _seeds = ListOption.Of<ulong>(
        "--seed", "Seed of all random draws; of several, means and deviations are shown.", "N,...",
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : null, 1);

    private readonly Option<string?> _corruptions = new("--corruptions") { Description = "Only these conditions, comma-separated.", HelpName = "LIST" };
    private readonly Option<int?> _limit = new("--limit") { Description = "Only the first N images of each condition.", HelpName = "N" };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Rounds of the recurring protocol.", DefaultValueFactory = _ => 3, HelpName = "N" };
    private readonly Option<double> _concentration = new("--concentration")
    {
        Description = "Dirichlet concentration of the correlated protocol: the smaller, the longer the runs of one class.",
        DefaultValueFactory = _ => 0.1,
        HelpName = "DELTA",
    };

    private readonly Option<UploadEncoding[]> _uploads = ListOption.Of(
        "--upload", "How uploads are encoded: raw pixels, png, jpeg of a quality (jpeg-95 where none is given). Methods with a cloud learn from what arrives.", "raw,png,jpeg-QUALITY,...",
        UploadEncoding.Parse, new UploadEncoding(UploadFormat.Raw));
    private readonly Option<ParameterEncoding> _parameters = new("--parameters") { Description = "How parameter sets are counted.", HelpName = "float32|float16" };
    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Cells measured at once, one thread each; 0 for one a core. Does not change results.",
        DefaultValueFactory = _ => 0,
        HelpName = "N",
    };

    /// <summary>The methods' names and what each does, a line a method.</summary>
    public static string MethodLines { get; } = string.Join(
        '\n', MethodCatalog.Entries.Select(e => $"  {e.Name.PadRight(MethodCatalog.Names.Max(n => n.Length))} {(e.NeedsTeacher ? '*' : ' ')} {e.Description} ({e.Source})"));

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            _methods, _protocols, _batches, _delays, _seeds, _corruptions, _limit, _rounds, _concentration, _uploads, _parameters, _threads,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="UsageException">It makes no sense; the message names the option.</exception>
    public EvaluationOptions Read(ParseResult parsed)
    {
        double concentration = parsed.GetValue(_concentration);
        return new EvaluationOptions
        {
            Methods = Methods(parsed.GetValue(_methods)!),
            Protocols = parsed.GetValue(_protocols)!,
            Batches = AtLeast(1, parsed.GetValue(_batches)!, "--batch"),
            Delays = AtLeast(0, parsed.GetValue(_delays)!, "--delay"),
            Seeds = parsed.GetValue(_seeds)!,
            Corruptions = Split(parsed.GetValue(_corruptions) ?? string.Empty),
            Limit = parsed.GetValue(_limit) is { } limit ? AtLeast(1, [limit], "--limit")[0] : null,
            Rounds = AtLeast(2, [parsed.GetValue(_rounds)], "--rounds")[0],
            Concentration = concentration > 0 && double.IsFinite(concentration)
                ? concentration
                : throw new UsageException($"--concentration is {concentration}; give a number above 0, for example 0.1."),
            Uploads = parsed.GetValue(_uploads)!,
            Parameters = parsed.GetValue(_parameters),
            Workers = AtLeast(0, [parsed.GetValue(_threads)], "--threads")[0],
        };
    }

    private static string[] Methods(string text)
    {
        string[] names = Split(text);
        return MethodCatalog.FindFault(names) is { } fault ? throw new UsageException($"--methods: {fault}") : names;
    }

    private static string[] Split(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];

    private static int? Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static int[] AtLeast(int minimum, int[] values, string option)
    {
        int wrong = Array.FindIndex(values, v => v < minimum);
        return wrong < 0 ? values : throw new UsageException($"{option} is {values[wrong]}; give at least {minimum}.");
    }
}
