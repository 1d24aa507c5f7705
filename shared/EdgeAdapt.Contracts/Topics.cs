using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace EdgeAdapt.Contracts;

/// <summary>
/// The topics of protocol version 1: <c>edgeadapt/v1/{tenant}/{device}/samples/{model}</c>, <c>.../samples-ack</c>,
/// <c>.../statistics/{model}</c>, <c>.../telemetry/{model}</c>, <c>.../answers/{model}</c>, <c>.../status</c>, and <c>edgeadapt/v1/{tenant}/_groups/{group}/parameters/{model}</c>.
/// Every name is one topic level, see <see cref="IsName"/>; anything else is an <see cref="ArgumentException"/>.
/// </summary>
public static class Topics
{
    /// <summary>The tenant of an installation that has only one.</summary>
    public const string DefaultTenant = "default";

    /// <summary>The longest tenant, device, group or model name.</summary>
    public const int MaximumNameLength = 64;

    private const string Prefix = "edgeadapt/v1";
    private const string GroupsLevel = "_groups";
    private const string SamplesLevel = "samples";
    private const string AcknowledgementsLevel = "samples-ack";
    private const string StatisticsLevel = "statistics";
    private const string TelemetryLevel = "telemetry";
    private const string AnswersLevel = "answers";
    private const string StatusLevel = "status";
    private const string ParametersLevel = "parameters";

    /// <summary>Where a device uploads samples of a model.</summary>
    public static string Samples(string tenant, string device, string model) => $"{Device(tenant, device)}/{SamplesLevel}/{Checked(model)}";

    /// <summary>Where the cloud tells a device which samples it has stored.</summary>
    public static string SampleAcknowledgements(string tenant, string device) => $"{Device(tenant, device)}/{AcknowledgementsLevel}";

    /// <summary>Where a device reports the normalization statistics it sees.</summary>
    public static string Statistics(string tenant, string device, string model) => $"{Device(tenant, device)}/{StatisticsLevel}/{Checked(model)}";

    /// <summary>Where a device reports how its stream looks.</summary>
    public static string Telemetry(string tenant, string device, string model) => $"{Device(tenant, device)}/{TelemetryLevel}/{Checked(model)}";

    /// <summary>Where a device publishes what it answered to its frames.</summary>
    public static string Answers(string tenant, string device, string model) => $"{Device(tenant, device)}/{AnswersLevel}/{Checked(model)}";

    /// <summary>Where a device's condition is retained.</summary>
    public static string Status(string tenant, string device) => $"{Device(tenant, device)}/{StatusLevel}";

    /// <summary>Where the newest parameter set of a group and model is retained.</summary>
    public static string GroupParameters(string tenant, string group, string model) =>
        $"{Prefix}/{Checked(tenant)}/{GroupsLevel}/{Checked(group)}/{ParametersLevel}/{Checked(model)}";

    /// <summary>Filter over the samples of all devices and models of a tenant, or of every tenant for null.</summary>
    public static string AllSamples(string? tenant = null) => $"{Prefix}/{OneOrAll(tenant)}/+/{SamplesLevel}/+";

    /// <summary>Filter over the statistics of all devices and models of a tenant, or of every tenant for null.</summary>
    public static string AllStatistics(string? tenant = null) => $"{Prefix}/{OneOrAll(tenant)}/+/{StatisticsLevel}/+";

    /// <summary>Filter over the telemetry of all devices and models of a tenant, or of every tenant for null.</summary>
    public static string AllTelemetry(string? tenant = null) => $"{Prefix}/{OneOrAll(tenant)}/+/{TelemetryLevel}/+";

    /// <summary>Filter over the answers of all devices and models of a tenant, or of every tenant for null.</summary>
    public static string AllAnswers(string? tenant = null) => $"{Prefix}/{OneOrAll(tenant)}/+/{AnswersLevel}/+";

    /// <summary>Filter over everything that a device sends or receives by its own name.</summary>
    public static string AllOfDevice(string tenant, string device) => $"{Device(tenant, device)}/#";

    /// <summary>Filter over everything that concerns an adaptation group.</summary>
    public static string AllOfGroup(string tenant, string group) => $"{Prefix}/{Checked(tenant)}/{GroupsLevel}/{Checked(group)}/#";

    /// <summary>Filter over the status of all devices of a tenant, or of every tenant for null.</summary>
    public static string AllStatus(string? tenant = null) => $"{Prefix}/{OneOrAll(tenant)}/+/{StatusLevel}";

    /// <summary>Whether a text can stand as a topic level: 1 to 64 of A-Z, a-z, 0-9, '_' and '-'.</summary>
    public static bool IsName([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaximumNameLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>Whether a text can name a device: a name that does not start with '_', since such levels are the protocol's own.</summary>
    public static bool IsDeviceName([NotNullWhen(true)] string? text) => IsName(text) && text[0] != '_';

    /// <summary>The nearest name to a text: other characters become '-', 64 at most. A text without any letter or digit is an <see cref="ArgumentException"/>.</summary>
    public static string ToName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = new string([.. text.Take(MaximumNameLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-')]).TrimStart('_');
        return name.Any(char.IsAsciiLetterOrDigit) ? name : throw new ArgumentException($"'{text}' has no letter or digit to make a topic name of.", nameof(text));
    }

    /// <summary>Takes a topic apart; false for anything that is not exactly one of this protocol's topics.</summary>
    public static bool TryParse(string? topic, [NotNullWhen(true)] out TopicAddress? address)
    {
        address = null;
        string[] levels = topic?.Length <= 1024 ? topic.Split('/') : [];
        if (levels.Length < 5 || levels[0] != "edgeadapt" || levels[1] != "v1" || !IsName(levels[2]))
        {
            return false;
        }

        string tenant = levels[2];
        if (levels[3] == GroupsLevel)
        {
            address = levels is [_, _, _, _, string group, ParametersLevel, string fitted] && IsName(group) && IsName(fitted)
                ? new TopicAddress(TopicKind.GroupParameters, tenant, null, group, fitted) : null;
        }
        else if (IsDeviceName(levels[3]))
        {
            address = levels[4..] switch
            {
                [SamplesLevel, string model] when IsName(model) => new TopicAddress(TopicKind.Samples, tenant, levels[3], null, model),
                [AcknowledgementsLevel] => new TopicAddress(TopicKind.SampleAcknowledgements, tenant, levels[3], null, null),
                [StatisticsLevel, string model] when IsName(model) => new TopicAddress(TopicKind.Statistics, tenant, levels[3], null, model),
                [TelemetryLevel, string model] when IsName(model) => new TopicAddress(TopicKind.Telemetry, tenant, levels[3], null, model),
                [AnswersLevel, string model] when IsName(model) => new TopicAddress(TopicKind.Answers, tenant, levels[3], null, model),
                [StatusLevel] => new TopicAddress(TopicKind.Status, tenant, levels[3], null, null),
                _ => null,
            };
        }

        return address is not null;
    }

    private static string Device(string tenant, string device) =>
        IsDeviceName(device) ? $"{Prefix}/{Checked(tenant)}/{device}" : throw new ArgumentException(NameRule(device) + " A device name does not start with '_'.", nameof(device));

    private static string OneOrAll(string? tenant) => tenant is null ? "+" : Checked(tenant);

    private static string Checked(string name, [CallerArgumentExpression(nameof(name))] string? parameter = null) =>
        IsName(name) ? name : throw new ArgumentException(NameRule(name), parameter);

    private static string NameRule(string? name) => $"'{name}' cannot stand in a topic. Use 1 to {MaximumNameLength} of A-Z, a-z, 0-9, '_' and '-'.";
}
