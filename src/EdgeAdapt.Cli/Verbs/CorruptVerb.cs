using System.CommandLine;
using System.Globalization;
using EdgeAdapt.Corruptions;
using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using Spectre.Console;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`corrupt`: writes images under corruptions and camera drifts, or compares the corruptions with stored ones.</summary>
public sealed class CorruptVerb : IVerb
{
    private const string EverySeverity = "all";

    private static readonly Dictionary<string, string[]> Groups = new()
    {
        ["all"] = [.. CorruptionCatalog.All.Select(c => c.Name)],
        ["standard"] = [.. CorruptionCatalog.Standard.Select(c => c.Name)],
        ["extra"] = [.. CorruptionCatalog.Extra.Select(c => c.Name)],
        ["drifts"] = [.. CameraDriftCatalog.All.Select(d => d.Name)],
    };

    private readonly Option<string?> _images = new("--images") { Description = "Clean images: a .npy file uint8 [N, H, W, C], an IDX or CIFAR .bin file, or a folder with a sub-folder a class.", HelpName = "PATH" };
    private readonly Option<string?> _labels = new("--labels") { Description = "Labels of a .npy file; otherwise labels.npy beside it.", HelpName = "NPY" };
    private readonly Option<int?> _size = new("--size") { Description = "Image folders: shorter side to N · 8/7, centre N x N cut out. Without it, all images must have one size.", HelpName = "N" };
    private readonly Option<string?> _out = new("--out") { Description = "Where to write NAME.npy, clean.npy and labels.npy, a folder for evaluate; created, files replaced.", HelpName = "DIR" };
    private readonly Option<string> _corruptions = new("--corruptions") { Description = "Names with commas; or all (the 19), standard (15), extra (4), drifts (4).", DefaultValueFactory = _ => "all", HelpName = "LIST" };
    private readonly Option<string> _severity = new("--severity") { Description = "1 to 5, a list with commas, or all: one after another in each file. A drift runs over the whole file.", DefaultValueFactory = _ => "5", HelpName = "LIST" };
    private readonly Option<long> _seed = new("--seed") { Description = "Seed; the same seed writes the same bytes.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads; 0 for one a core.", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly Option<int?> _limit = new("--limit") { Description = "The first N images only.", HelpName = "N" };
    private readonly Option<string?> _sheet = new("--sheet") { Description = "Also draws one image under each, clean and severities 1 to 5, to look at.", HelpName = "PNG" };
    private readonly Option<int> _sheetImage = new("--sheet-image") { Description = "Which image the sheet shows.", DefaultValueFactory = _ => 0, HelpName = "INDEX" };
    private readonly Option<string?> _compare = new("--compare") { Description = "Instead of writing: corrupts DIR/clean.npy and compares with the NAME.npy files there, made by other software.", HelpName = "DIR" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes the table as JSON.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "corrupt",
            """
            Writes images under the corruptions of ImageNet-C and under camera drifts (day to night, dirt, drops, vignetting), in the layout that evaluate reads. Sizes up to 84 pixels take the constants of CIFAR-10-C, larger ones those of ImageNet-C.

            Example:
              edgeadapt corrupt --images clean.npy --out corrupted --severity 5 --sheet sheet.png
              edgeadapt corrupt --images photos/val --size 224 --out drifting --corruptions drifts
              edgeadapt corrupt --compare cifar10c --severity 5
            """)
        { _images, _labels, _size, _out, _corruptions, _severity, _seed, _threads, _limit, _sheet, _sheetImage, _compare, _json };
        VerbAction.Set(command, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return command;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        var options = new CorruptedSetOptions
        {
            Names = Names(parsed.GetRequiredValue(_corruptions)),
            Severities = Severities(parsed.GetRequiredValue(_severity)),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads),
            Limit = parsed.GetValue(_limit),
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message, e);
        }

        if (parsed.GetValue(_compare) is { } stored)
        {
            return parsed.GetValue(_images) is null && parsed.GetValue(_out) is null
                ? CorruptComparison.Run(context, stored, options, parsed.GetValue(_json), cancellation)
                : throw new UsageException("--compare takes its images from its own folder. Leave --images and --out away.");
        }

        string? folder = parsed.GetValue(_out), sheet = parsed.GetValue(_sheet);
        if (folder is null && sheet is null)
        {
            throw new UsageException("There is nothing to do. Give --out DIR, --sheet PNG or --compare DIR.");
        }

        if (folder is not null && parsed.GetValue(_images) is { } given && HoldsInput(folder, given))
        {
            throw new UsageException("--out is the folder of --images; clean.npy and labels.npy there would be replaced. Give another folder.");
        }

        using ILabeledImages images = Open(parsed);
        if (sheet is not null)
        {
            WriteSheet(context, images, parsed.GetValue(_sheetImage), options, sheet);
        }

        if (folder is not null)
        {
            IReadOnlyList<CorruptedFile> files = ProgressBar.Run(
                context, "corrupt", CorruptedSet.Steps(images.Count, options),
                progress => CorruptedSet.Write(images, folder, options, context.Time, progress, cancellation));
            Print(context, files, folder);
            if (parsed.GetValue(_json) is { } json)
            {
                JsonReport.Write(json, files);
            }
        }

        return ExitCode.Success;
    }

    private static void WriteSheet(CommandContext context, ILabeledImages images, int index, CorruptedSetOptions options, string path)
    {
        if (index < 0 || index >= images.Count)
        {
            throw new UsageException($"--sheet-image is {index}; the images are 0 to {images.Count - 1}.");
        }

        ContactSheet sheet = ContactSheet.Of(images, index, options.Names, options.Seed);
        using var encoder = new ImageEncoder();
        File.WriteAllBytes(path, encoder.EncodePng(sheet.Pixels, sheet.Height, sheet.Width));
        context.Output.WriteLine($"{path}: image {index}, from top to bottom {string.Join(", ", options.Names)}.");
    }

    private static void Print(CommandContext context, IReadOnlyList<CorruptedFile> files, string folder)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("file")
            .AddColumn(new TableColumn("images").RightAligned()).AddColumn(new TableColumn("difference").RightAligned())
            .AddColumn(new TableColumn("s").RightAligned()).AddColumn(new TableColumn("ms an image").RightAligned());
        foreach (CorruptedFile file in files)
        {
            table.AddRow(
                file.Name, file.Images.ToString(CultureInfo.InvariantCulture), file.MeanDifference.ToString("0.00", CultureInfo.InvariantCulture),
                file.Seconds.ToString("0.00", CultureInfo.InvariantCulture), file.MillisecondsPerImage.ToString("0.000", CultureInfo.InvariantCulture));
        }

        context.Console.Write(table);
        context.Output.WriteLine($"{folder}: {files.Count} files in {files.Sum(f => f.Seconds).ToString("0.0", CultureInfo.InvariantCulture)} s, and labels.npy. Difference: mean absolute, in levels of 255.");
    }

    private ILabeledImages Open(ParseResult parsed)
    {
        string path = parsed.GetValue(_images) ?? throw new UsageException("Give --images: what to corrupt.");
        if (parsed.GetValue(_labels) is { } labels)
        {
            return path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)
                ? NpyImages.Open(path, labels)
                : throw new UsageException("--labels belongs to a .npy file of images; other forms hold their labels.");
        }

        return LabeledImages.Open(path, DatasetSplit.Test, parsed.GetValue(_size) is { } size ? SizeOnly(size) : null);
    }

    private static bool HoldsInput(string folder, string images)
    {
        string input = Path.TrimEndingDirectorySeparator(Path.GetFullPath(images)), output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return output == input || output == Path.GetDirectoryName(input);
    }

    private static ModelManifest SizeOnly(int size) => size >= Corruption.MinimumSide
        ? new ModelManifest { Name = "images", Height = size, Width = size, Resize = size * 8 / 7 }
        : throw new UsageException($"--size is {size}; give at least {Corruption.MinimumSide}.");

    private static string[] Names(string text) =>
        [.. Parts(text).SelectMany(name => Groups.TryGetValue(name, out string[]? group) ? group : [name]).Distinct()];

    private static int[] Severities(string text) => text == EverySeverity
        ? [1, 2, 3, 4, 5]
        : [.. Parts(text).Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int severity)
            ? severity
            : throw new UsageException($"--severity has '{part}'; give 1 to 5, a list with commas, or {EverySeverity}."))];

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
