using System.CommandLine;

namespace EdgeAdapt.Cli;

/// <summary>One verb of the command line. Stateless: options and arguments live in the command it makes.</summary>
public interface IVerb
{
    /// <summary>
    /// The verb's command: name, description with an example, options, and an action set through
    /// <see cref="VerbAction.Set"/>, which turns exceptions into one line and an exit code.
    /// </summary>
    /// <param name="context">Where the verb writes and what time it is.</param>
    Command Create(CommandContext context);
}
