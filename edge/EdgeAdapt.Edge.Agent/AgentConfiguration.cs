using EdgeAdapt.Edge.Core;
using Microsoft.Extensions.Configuration;

namespace EdgeAdapt.Edge.Agent;

/// <summary>Puts settings together: the file, over it the environment, over it the command line.</summary>
internal static class AgentConfiguration
{
    /// <summary>Loads them.</summary>
    /// <param name="file">A JSON file, or null.</param>
    /// <param name="flags">Settings of the command line by name.</param>
    /// <exception cref="EdgeAgentException">The file cannot be read, or has a setting that does not exist.</exception>
    public static IConfiguration Load(string? file, IReadOnlyDictionary<string, string?> flags)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null)
        {
            IConfigurationRoot settings = ReadFile(file);
            builder.AddInMemoryCollection(settings.AsEnumerable()).AddInMemoryCollection(ReadLists(settings));
        }

        foreach (AgentSetting setting in AgentSettings.All)
        {
            if (Environment.GetEnvironmentVariable(setting.Variable) is { Length: > 0 } value)
            {
                builder.AddInMemoryCollection([KeyValuePair.Create(setting.Name, (string?)value)]);
            }
        }

        return builder.AddInMemoryCollection(flags).Build();
    }

    private static IConfigurationRoot ReadFile(string file)
    {
        IConfigurationRoot settings;
        try
        {
            settings = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or UnauthorizedAccessException)
        {
            throw new EdgeAgentException($"Cannot read the settings file '{file}': {e.GetBaseException().Message} Give --config a JSON object such as {{\"model\": \"m.onnx\"}}.", e);
        }

        string[] unknown =
        [
            .. settings.AsEnumerable().Select(s => s.Key)
                .Where(key => !AgentSettings.All.Any(s => s.Name.Equals(s.IsList ? key.Split(':')[0] : key, StringComparison.OrdinalIgnoreCase))),
        ];
        return unknown.Length == 0
            ? settings
            : throw new EdgeAgentException($"The settings file '{file}' has {string.Join(", ", unknown.Select(u => $"'{u}'"))}, which does not exist. Use the names of the flags without dashes, see --help.");
    }

    /// <summary>A list may stand in the file as an array; elsewhere it is one text.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> ReadLists(IConfigurationRoot settings) =>
        from list in AgentSettings.All
        where list.IsList
        let entries = settings.GetSection(list.Name).GetChildren().Select(c => c.Value).ToArray()
        where entries.Length > 0
        select KeyValuePair.Create(list.Name, (string?)string.Join(',', entries));
}
