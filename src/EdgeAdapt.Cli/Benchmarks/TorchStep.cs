using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>Runs the PyTorch side of the step benchmark, which also exports the model for this side.</summary>
internal static class TorchStep
{
    private const string Script = "tests/benchmarks/step/step.py";

    /// <summary>Runs the script to its end; the process is gone when this returns, however it returns.</summary>
    /// <exception cref="IOException">Script, Python or PyTorch is missing, or the script failed.</exception>
    public static async Task<TorchTiming> RunAsync(
        string python, string modelPath, string architecture, int batch, int size, int steps, int threads, CancellationToken cancellation)
    {
        string json = Path.ChangeExtension(modelPath, ".json");
        string[] arguments =
        [
            FindScript(), "--model", modelPath, "--json", json, "--architecture", architecture, "--batch", Text(batch), "--size", Text(size),
            "--steps", Text(steps), "--threads", Text(threads),
        ];
        using Process process = Start(python, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Task output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        await output.ConfigureAwait(false);
        string last = (await errors.ConfigureAwait(false)).TrimEnd().Split('\n')[^1];
        if (process.ExitCode != 0)
        {
            throw new IOException(
                $"{Script} failed: {last}. It needs PyTorch and torchvision for {python} (Debian: apt-get install python3-torch python3-torchvision); --python names another.");
        }

        return JsonSerializer.Deserialize<TorchTiming>(await File.ReadAllBytesAsync(json, cancellation).ConfigureAwait(false), JsonSerializerOptions.Web)!;
    }

    private static Process Start(string python, string[] arguments)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"Cannot start '{python}': {e.Message}. Install Python 3 with PyTorch, or name another with --python.", e);
        }
    }

    private static string FindScript()
    {
        IEnumerable<string> roots = Environment.GetEnvironmentVariable("EDGEADAPT_ROOT") is { Length: > 0 } root ? [root] : Above(AppContext.BaseDirectory);
        return roots.Select(r => Path.Combine(r, Script)).FirstOrDefault(File.Exists)
            ?? throw new IOException($"{Script} is not to be found. The comparison with PyTorch runs from a source checkout: ./edgeadapt bench step.");
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
