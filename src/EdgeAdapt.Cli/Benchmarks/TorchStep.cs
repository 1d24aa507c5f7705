using System.Globalization;
using System.Text.Json;

namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>Runs the PyTorch side of the step benchmark, which also exports the model for this side.</summary>
internal static class TorchStep
{
    private static readonly PythonScript Script = new("tests/benchmarks/step/step.py");

    /// <summary>Runs the script to its end; the process is gone when this returns, however it returns.</summary>
    /// <exception cref="IOException">Script, Python or PyTorch is missing, or the script failed.</exception>
    public static async Task<TorchTiming> RunAsync(
        string python, string modelPath, string architecture, int batch, int size, int steps, int threads, CancellationToken cancellation)
    {
        string json = Path.ChangeExtension(modelPath, ".json");
        string[] arguments =
        [
            "--model", modelPath, "--json", json, "--architecture", architecture, "--batch", Text(batch), "--size", Text(size),
            "--steps", Text(steps), "--threads", Text(threads),
        ];
        await Script.RunAsync(python, arguments, cancellation).ConfigureAwait(false);
        return JsonSerializer.Deserialize<TorchTiming>(await File.ReadAllBytesAsync(json, cancellation).ConfigureAwait(false), JsonSerializerOptions.Web)!;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
