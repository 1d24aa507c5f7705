using System.CommandLine;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`keys`: makes the keys that parameter sets are signed with, and signs files of sets.</summary>
public sealed class KeysVerb : IVerb
{
    /// <inheritdoc/>
    public Command Create(CommandContext context) => new(
        "keys",
        """
        Makes key pairs, signs parameter sets and checks signatures. The cloud service signs with the private key, agents and 'apply' believe the public one.

        Example:
          edgeadapt keys new --out fleet
          edgeadapt cloud … --signing-key fleet.key
          edgeadapt edge … --trusted-key fleet.pub
        """)
    { New(context), Sign(context), Verify(context) };

    private static Command New(CommandContext context)
    {
        var name = new Option<string>("--out") { Description = "Where to write: NAME.key for the private key, its owner's alone, and NAME.pub for the public one.", Required = true, HelpName = "NAME" };
        var command = new Command(
            "new",
            """
            Makes a pair of keys (ECDSA on P-256) as PEM files. Existing files are not replaced.

            Example:
              edgeadapt keys new --out fleet
            """)
        { name };
        VerbAction.Set(command, context, (parsed, _) =>
        {
            string path = parsed.GetRequiredValue(name);
            string id = SigningKey.Create(path + ".key", path + ".pub");
            context.Output.WriteLine($"{path}.key and {path}.pub: key {id}. Keep the first where the cloud service runs, and give devices the second.");
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Sign(CommandContext context)
    {
        var set = new Option<string>("--set") { Description = "The parameter set.", Required = true, HelpName = "SAFETENSORS" };
        var file = new Option<string>("--key") { Description = "The private key.", Required = true, HelpName = "PEM" };
        var command = new Command(
            "sign",
            $"""
            Signs a parameter set: writes SET{ParameterSignature.FileExtension} beside it, replacing an older one.

            Example:
              edgeadapt keys sign --set set.safetensors --key fleet.key
            """)
        { set, file };
        VerbAction.Set(command, context, (parsed, _) =>
        {
            string path = parsed.GetRequiredValue(set);
            using SigningKey key = SigningKey.Load(parsed.GetRequiredValue(file));
            byte[] bytes = File.ReadAllBytes(path);
            long version = ParameterSetFile.FromBytes(bytes).Manifest.Version;
            File.WriteAllText(path + ParameterSignature.FileExtension, key.Sign(bytes) + Environment.NewLine);
            context.Output.WriteLine($"{path}{ParameterSignature.FileExtension}: version {version}, signed by the key {key.Id}.");
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Verify(CommandContext context)
    {
        var set = new Option<string>("--set") { Description = "The parameter set; its signature lies beside it.", Required = true, HelpName = "SAFETENSORS" };
        Option<string[]> keys = TrustedKeyOption.Create(required: true);
        var command = new Command(
            "verify",
            """
            Checks the signature beside a parameter set.

            Example:
              edgeadapt keys verify --set set.safetensors --trusted-key fleet.pub
            """)
        { set, keys };
        VerbAction.Set(command, context, (parsed, _) =>
        {
            string path = parsed.GetRequiredValue(set);
            TrustedKeyOption.Check(path, File.ReadAllBytes(path), parsed.GetValue(keys));
            context.Output.WriteLine($"{path}: signed by the key {ParameterSignature.ReadBeside(path)!.KeyId}.");
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
