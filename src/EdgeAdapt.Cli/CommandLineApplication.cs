using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace EdgeAdapt.Cli;

/// <summary>The command line: takes arguments apart, runs the verb, returns the exit code.</summary>
public static partial class CommandLineApplication
{
    // The demo stops four processes and removes its folder after Ctrl-C; the library's default of two seconds would cut that off.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private const string Name = "edgeadapt";

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
        ParseResult parsed = Root(verbs, context).Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            string verb = VerbAction.Called(parsed);
            await context.Error.WriteLineAsync($"{verb}: {Faults(parsed)} See '{verb} --help'.").ConfigureAwait(false);
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

    // Not a RootCommand: that one is called as its file, and help would speak of "EdgeAdapt.Cli".
    private static Command Root(IReadOnlyList<IVerb> verbs, CommandContext context)
    {
        var help = new HelpWithExample();
        var root = new Command(Name, Description) { new HelpOption { Action = help }, new VersionOption() };
        foreach (IVerb verb in verbs)
        {
            root.Add(verb.Create(context));
        }

        help.Adopt(root);
        return root;
    }

    // After an unknown word the parser complains of a missing verb too; the word alone is the fault.
    private static string Faults(ParseResult parsed) => parsed.UnmatchedTokens.Count > 0
        ? $"unknown: {string.Join(' ', parsed.UnmatchedTokens)}."
        : string.Join(" ", parsed.Errors.Select(e => TypeName().Replace(e.Message.ReplaceLineEndings(" "), ".")));

    // "as expected type 'System.Int32'" and a list of members mean nothing to whoever typed the line; help has the values.
    [GeneratedRegex(" as expected type '.*$")]
    private static partial Regex TypeName();
}
