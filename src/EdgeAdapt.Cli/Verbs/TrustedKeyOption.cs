using System.CommandLine;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>The option --trusted-key, and what it asks for.</summary>
internal static class TrustedKeyOption
{
    public static Option<string[]> Create(bool required = false) => new("--trusted-key")
    {
        Description = "A public key that may have signed the set; several for several keys. The set's signature must then lie beside it.",
        Required = required,
        HelpName = "PEM",
    };

    /// <exception cref="ParameterSetFormatException">No trusted key signed the set.</exception>
    public static void Check(string path, ReadOnlySpan<byte> bytes, string[]? keys)
    {
        if (TrustedKeys.Load(keys ?? []).FindFault(bytes, ParameterSignature.ReadBeside(path)) is { } fault)
        {
            throw new ParameterSetFormatException($"'{path}' is not used: {fault}.");
        }
    }
}
