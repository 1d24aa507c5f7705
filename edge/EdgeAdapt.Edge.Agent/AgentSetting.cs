namespace EdgeAdapt.Edge.Agent;

/// <summary>One setting: a flag of the command line, a key of the settings file, a variable of the environment.</summary>
/// <param name="Name">The flag without its dashes; also the key in the settings file.</param>
/// <param name="Description">What it does, with its default.</param>
/// <param name="IsSwitch">Whether the flag stands alone.</param>
/// <param name="IsList">Whether the flag may be given several times; elsewhere its values stand in one text, separated by commas.</param>
internal sealed record AgentSetting(string Name, string Description, bool IsSwitch = false, bool IsList = false)
{
    /// <summary>What the names of all its variables begin with.</summary>
    public const string VariablePrefix = "EDGEADAPT_EDGE_";

    /// <summary>The flag.</summary>
    public string Flag => "--" + Name;

    /// <summary>The environment variable.</summary>
    public string Variable => VariablePrefix + Name.Replace('-', '_').ToUpperInvariant();
}
