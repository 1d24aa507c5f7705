using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EdgeAdapt.Cli;

/// <summary>
/// Help that ends with the verb's example. Verbs write it at the end of their description; left there, the list of verbs
/// would show every example of every verb.
/// </summary>
internal sealed class HelpWithExample : SynchronousCommandLineAction
{
    private const string Marker = "\n\nExample";
    private readonly Dictionary<Command, string> _examples = [];
    private readonly HelpAction _help = new();

    /// <summary>Takes the example out of the command's description, and of those below it.</summary>
    public void Adopt(Command command)
    {
        string description = (command.Description ?? string.Empty).ReplaceLineEndings("\n");
        int at = description.IndexOf(Marker, StringComparison.Ordinal);
        if (at >= 0)
        {
            _examples[command] = description[(at + 2)..];
            command.Description = description[..at];
        }

        foreach (Command below in command.Subcommands)
        {
            Adopt(below);
        }
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = _help.Invoke(parseResult);
        if (_examples.TryGetValue(parseResult.CommandResult.Command, out string? example))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(example.TrimEnd());
        }

        return code;
    }
}
