using System.Security.Cryptography;
using EdgeAdapt.Edge.Core;
using Microsoft.Extensions.Configuration;

namespace EdgeAdapt.Edge.Agent;

/// <summary>Settings put together: the file, over it the environment, over it the command line.</summary>
internal sealed class AgentConfiguration
{
    // By which the launcher tells the demo where the agent is; it is there for the agent too.
    private const string LauncherVariable = AgentSetting.VariablePrefix + "DLL";

    private AgentConfiguration(IConfiguration settings, IReadOnlyList<string> faults, string origin, string? fingerprint) =>
        (Settings, Faults, Origin, Fingerprint) = (settings, faults, origin, fingerprint);

    /// <summary>The settings by name.</summary>
    public IConfiguration Settings { get; }

    /// <summary>What is wrong with the file and the environment beside the values in them, with the remedy.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>How many settings came from where, for messages.</summary>
    public string Origin { get; }

    /// <summary>What the file held before it was read, by <see cref="FingerprintOf"/>: whoever wrote it since has changed it. Null without a file.</summary>
    public string? Fingerprint { get; }

    /// <summary>Loads them.</summary>
    /// <param name="file">A JSON file, or null.</param>
    /// <param name="flags">Settings of the command line by name.</param>
    /// <exception cref="EdgeAgentException">The file cannot be read.</exception>
    public static AgentConfiguration Load(string? file, IReadOnlyDictionary<string, string?> flags)
    {
        string? fingerprint = file is null ? null : FingerprintOf(file);
        var builder = new ConfigurationBuilder();
        List<string> faults = [];
        List<string> origin = [];
        if (file is not null)
        {
            IConfigurationRoot settings = ReadFile(file);
            string[] unknown = [.. settings.AsEnumerable().Select(s => s.Key).Where(key => !IsKnown(key))];
            faults.AddRange(unknown.Length == 0 ? [] : [$"The settings file '{file}' has {string.Join(", ", unknown.Select(u => $"'{u}'"))}, which does not exist. Use the names of the flags without dashes, see --help."]);
            builder.AddInMemoryCollection(settings.AsEnumerable()).AddInMemoryCollection(ReadLists(settings));
            origin.Add($"{settings.GetChildren().Count(c => IsKnown(c.Key))} from '{file}'");
        }

        (string Name, string? Value)[] variables =
        [
            .. AgentSettings.All.Select(s => (s.Name, Value: Environment.GetEnvironmentVariable(s.Variable))).Where(v => v.Value is { Length: > 0 }),
        ];
        faults.AddRange(FindUnknownVariables());
        builder.AddInMemoryCollection(variables.Select(v => KeyValuePair.Create(v.Name, v.Value)));
        origin.Add($"{variables.Length} from the environment");
        origin.Add($"{flags.Count} from the command line");
        return new AgentConfiguration(builder.AddInMemoryCollection(flags).Build(), faults, string.Join(", ", origin), fingerprint);
    }

    /// <summary>Tells contents of a file apart.</summary>
    public static string FingerprintOf(string file)
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Gone for a moment while it is exchanged, or for good: then reading it says so.
            return e.GetType().Name;
        }
    }

    // A misspelt name of the keys that sets must be signed with would otherwise let them in unsigned.
    private static string[] FindUnknownVariables()
    {
        string[] unknown =
        [
            .. Environment.GetEnvironmentVariables().Keys.Cast<string>()
                .Where(name => name.StartsWith(AgentSetting.VariablePrefix, StringComparison.OrdinalIgnoreCase) && name != LauncherVariable && AgentSettings.All.All(s => s.Variable != name))
                .Order(StringComparer.Ordinal),
        ];
        return unknown.Length == 0 ? [] : [$"The environment has {string.Join(", ", unknown)}, which is no setting. Use the names of the flags, as in {AgentSettings.All[0].Variable}, see --help."];
    }

    private static IConfigurationRoot ReadFile(string file)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or UnauthorizedAccessException or ArgumentException)
        {
            throw new EdgeAgentException($"Cannot read the settings file '{file}': {e.GetBaseException().Message} Give --config a JSON object such as {{\"model\": \"m.onnx\"}}.", e);
        }
    }

    private static bool IsKnown(string key) => AgentSettings.All.Any(s => s.Name.Equals(s.IsList ? key.Split(':')[0] : key, StringComparison.OrdinalIgnoreCase));

    /// <summary>A list may stand in the file as an array; elsewhere it is one text.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> ReadLists(IConfigurationRoot settings) =>
        from list in AgentSettings.All
        where list.IsList
        let entries = settings.GetSection(list.Name).GetChildren().Select(c => c.Value).ToArray()
        where entries.Length > 0
        select KeyValuePair.Create(list.Name, (string?)string.Join(',', entries));
}
