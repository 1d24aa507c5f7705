using System.CommandLine;
using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.Cli;

/// <summary>The options --mean and --std, and where their values come from when they are left out.</summary>
internal sealed class NormalizationOptions
{
    private readonly Option<string?> _mean = new("--mean")
    {
        Description = "Mean of each channel in units of x/255, for example 0.485,0.456,0.406. Left out: from the manifest beside the student, or ImageNet's.",
        HelpName = "R,G,B",
    };

    private readonly Option<string?> _deviation = new("--std")
    {
        Description = "Standard deviation of each channel in units of x/255, for example 0.229,0.224,0.225.",
        HelpName = "R,G,B",
    };

    public void AddTo(Command command)
    {
        command.Add(_mean);
        command.Add(_deviation);
    }

    /// <summary>The normalization to apply to pixels of the given student.</summary>
    /// <exception cref="UsageException">Only one of the two is given, or they are not numbers.</exception>
    public Normalization Read(ParseResult parsed, string studentPath)
    {
        string? mean = parsed.GetValue(_mean);
        string? deviation = parsed.GetValue(_deviation);
        if (mean is not null && deviation is not null)
        {
            try
            {
                return Normalization.Parse(mean, deviation);
            }
            catch (FormatException e)
            {
                throw new UsageException(e.Message, e);
            }
        }

        return mean is null && deviation is null
            ? ModelManifest.Load(studentPath).Normalization
            : throw new UsageException("Give both --mean and --std, as the models were trained (ImageNet's are 0.485,0.456,0.406 and 0.229,0.224,0.225).");
    }
}
