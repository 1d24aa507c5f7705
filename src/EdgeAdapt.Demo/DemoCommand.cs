using System.Runtime.InteropServices;
using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Results;
using EdgeAdapt.Demo.Statistics;
using EdgeAdapt.Demo.Views;
using Spectre.Console;

namespace EdgeAdapt.Demo;

/// <summary>The demo as a command: runs it, shows it, writes its files.</summary>
public static class DemoCommand
{
    /// <summary>Runs the demo. No process of it and no temporary file is left, however it ends.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="console">Where to show it: a table drawn in place on a terminal, otherwise a line every few seconds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="DemoException">Something the run needs is missing, or a part does not start.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static async Task<DemoOutcome> RunAsync(DemoOptions options, IAnsiConsole console, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(console);
        var plan = DemoPlan.Of(options);
        _ = MosquittoProcess.RequireProgram();
        PrepareOutput(options);

        // A closed terminal must end the run as Ctrl-C does; the default would end this process and leave its folder behind.
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            hangUp.Cancel();
        });
        using var folder = new WorkFolder(options.Keep);
        try
        {
            return await RunAsync(plan, folder, console, time, hangUp.Token).ConfigureAwait(false);
        }
        catch (DemoException e) when (folder.SaveLogs(options.OutputFolder) is { } logs)
        {
            throw new DemoException($"{e.Message} (logs: {logs})", e);
        }
    }

    private static async Task<DemoOutcome> RunAsync(DemoPlan plan, WorkFolder folder, IAnsiConsole console, TimeProvider time, CancellationToken cancellation)
    {
        IDemoView view = console.Profile.Capabilities is { Interactive: true, Ansi: true } ? new LiveTableView(console) : new PlainView(console.Profile.Out.Writer);
        (RunRecord Run, DemoResult Result)? ended = null;
        await view.ShowAsync(async show => ended = await new DemoRun(plan, folder, time).RunAsync(show, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        (RunRecord run, DemoResult result) = ended!.Value;

        string report = Path.Combine(plan.Options.OutputFolder, "report.html");
        var files = new List<(string, string)> { ("Report", report) };
        await File.WriteAllTextAsync(report, HtmlReport.Render(run, result), CancellationToken.None).ConfigureAwait(false);
        if (plan.Options.JsonFile is { } json)
        {
            await File.WriteAllTextAsync(json, result.ToJson() + "\n", CancellationToken.None).ConfigureAwait(false);
            files.Add(("Figures", json));
        }

        if (!result.Passed && folder.SaveLogs(plan.Options.OutputFolder) is { } logs)
        {
            files.Add(("Logs", logs));
        }

        if (plan.Options.Keep)
        {
            files.Add(("Working folder", folder.Path));
        }

        view.Summarize(result, files);
        return result.Passed ? DemoOutcome.Passed : DemoOutcome.NotPassed;
    }

    // Two minutes later would be late to find out that the results cannot be written.
    private static void PrepareOutput(DemoOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.OutputFolder);
            if (options.JsonFile is { } json)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(json))!);
                File.Open(json, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"The results cannot be written: {e.Message} Give other places with --out and --json.", e);
        }
    }
}
