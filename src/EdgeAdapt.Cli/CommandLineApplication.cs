using System.CommandLine;
using System.CommandLine.Invocation;

namespace EdgeAdapt.Cli;

/// <summary>The command line: takes arguments apart, runs the verb, returns the exit code.</summary>
public static class CommandLineApplication
{
    // The demo stops four processes and removes its folder after Ctrl-C; the library's default of two seconds would cut that off.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private const string Description = """
        Keeps image classifiers accurate where they are deployed: re-estimates normalization statistics at the edge and
        trains normalization parameters in the cloud.

        Example:
          edgeadapt inspect model.onnx
        """;

    /// <summary>Runs one command.</summary>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="verbs">The verbs to offer.</param>
    /// <param name="context">Where output goes.</param>
    /// <param name="cancellation">Stops the verb, beside Ctrl-C.</param>
    /// <returns>The exit code: see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, IReadOnlyList<IVerb> verbs, CommandContext context, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(verbs);
        ArgumentNullException.ThrowIfNull(context);
        var root = new RootCommand(Description);
        foreach (IVerb verb in verbs)
        {
            root.Add(verb.Create(context));
        }

        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            string[] path = [.. CommandPath(parsed)];
            string verb = string.Join(' ', ["edgeadapt", .. path]);
            await context.Error.WriteLineAsync($"{verb}: {string.Join(" ", parsed.Errors.Select(e => e.Message))} See '{verb} --help'.").ConfigureAwait(false);
            return (int)ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopPatience,
        };
        return await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
    }

    private static IEnumerable<string> CommandPath(ParseResult parsed)
    {
        var path = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            if (result is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command)
            {
                path.Push(command.Command.Name);
            }
        }

        return path;
    }
}
