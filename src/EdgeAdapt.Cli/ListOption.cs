using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeAdapt.Cli;

/// <summary>Options that take several values, separated by commas.</summary>
internal static class ListOption
{
    /// <summary>An option of a list with at least one entry.</summary>
    /// <param name="name">The option, for example --batch.</param>
    /// <param name="description">What it means.</param>
    /// <param name="helpName">How its values are called.</param>
    /// <param name="parse">Reads one entry; null for one that makes no sense.</param>
    /// <param name="values">What is meant where the option is left out.</param>
    public static Option<T[]> Of<T>(string name, string description, string helpName, Func<string, T?> parse, params T[] values) where T : struct =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => values,
            CustomParser = result => Parse(result, name, helpName, parse),
        };

    private static T[] Parse<T>(ArgumentResult result, string name, string helpName, Func<string, T?> parse) where T : struct
    {
        string text = string.Join(',', result.Tokens.Select(t => t.Value));
        T?[] entries = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(parse)];
        if (entries.Length == 0 || entries.Any(e => e is null))
        {
            result.AddError($"Cannot read '{text}' for option '{name}'. Give {helpName}.");
            return [];
        }

        return [.. entries.Select(e => e!.Value)];
    }
}
