using System.ComponentModel;
using System.Diagnostics;

namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>Runs a Python script of the source checkout that needs PyTorch.</summary>
/// <param name="Path">The script, relative to the checkout's root.</param>
internal sealed record PythonScript(string Path)
{
    /// <summary>Runs the script to its end; the process is gone when this returns, however it returns.</summary>
    /// <param name="python">The Python to run it with.</param>
    /// <param name="arguments">The script's arguments.</param>
    /// <param name="cancellation">Kills the process.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="IOException">Script, Python or PyTorch is missing, or the script failed.</exception>
    public async Task<string> RunAsync(string python, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using Process process = Start(python, [Find(), .. arguments]);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
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

        string printed = await output.ConfigureAwait(false);
        string last = (await errors.ConfigureAwait(false)).TrimEnd().Split('\n')[^1];
        return process.ExitCode == 0 ? printed : throw new IOException(
            $"{Path} failed: {last}. It needs PyTorch, torchvision and onnx for {python} (Debian: apt-get install python3-torch python3-torchvision python3-onnx); --python names another.");
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

    private string Find()
    {
        IEnumerable<string> roots = Environment.GetEnvironmentVariable("EDGEADAPT_ROOT") is { Length: > 0 } root ? [root] : Above(AppContext.BaseDirectory);
        return roots.Select(r => System.IO.Path.Combine(r, Path)).FirstOrDefault(File.Exists)
            ?? throw new IOException($"{Path} is not to be found. The comparison with PyTorch runs from a source checkout: ./edgeadapt bench.");
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
