using EdgeAdapt.Cli.Verbs;

namespace EdgeAdapt.Cli.Tests;

/// <summary>Runs the command line in this process, in a folder of its own with the small golden models.</summary>
public sealed class CommandLine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-cli-");

    public static string Student { get; } = Checkout.Path("tests", "goldens", "cema", "student.onnx");

    public static string Teacher { get; } = Checkout.Path("tests", "goldens", "cema", "teacher.onnx");

    /// <summary>48 preprocessed samples [N, 3, 8, 8].</summary>
    public static string Samples { get; } = Checkout.Path("tests", "goldens", "cema", "samples.npy");

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public static async Task<CommandLineResult> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLineApplication.RunAsync(arguments, AllVerbs.Create(), CommandContext.Of(output, error));
        return new CommandLineResult(code, output.ToString(), error.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
