using Spectre.Console;

namespace EdgeAdapt.Cli;

/// <summary>What a verb needs of the process it runs in; tests pass their own.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Faults, one line each.</param>
/// <param name="Console">Tables and progress; writes to the same place as <paramref name="Output"/>.</param>
/// <param name="Time">The clock.</param>
public sealed record CommandContext(TextWriter Output, TextWriter Error, IAnsiConsole Console, TimeProvider Time)
{
    private const int WidthOfFiles = 200;

    /// <summary>Standard output and error of this process.</summary>
    public static CommandContext OfProcess()
    {
        // A file or pipe has no width and no colours; Spectre would guess 80 columns and cut wide tables.
        return System.Console.IsOutputRedirected
            ? Of(System.Console.Out, System.Console.Error)
            : new CommandContext(System.Console.Out, System.Console.Error, AnsiConsole.Console, TimeProvider.System);
    }

    /// <summary>Everything into writers: no colours, no progress.</summary>
    public static CommandContext Of(TextWriter output, TextWriter error, TimeProvider? time = null)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = WidthOfFiles;
        return new CommandContext(output, error, console, time ?? TimeProvider.System);
    }
}
