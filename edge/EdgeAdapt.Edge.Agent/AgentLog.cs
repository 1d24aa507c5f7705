using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent;

/// <summary>The messages of the agent's host. Ids are stable; <see cref="EventIds.EdgeAgent"/> + 10 stands in <see cref="AgentWorker"/>.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(EventIds.EdgeAgent + 11, LogLevel.Information, "The settings have changed and are in use: {Changes}")]
    public static partial void SettingsApplied(ILogger logger, string changes);

    [LoggerMessage(EventIds.EdgeAgent + 12, LogLevel.Error, "The new settings are not used, the last good ones stay: {Fault}")]
    public static partial void SettingsRefused(ILogger logger, string fault, Exception? exception);

    [LoggerMessage(EventIds.EdgeAgent + 13, LogLevel.Information, "The settings were read again and are those in use")]
    public static partial void SettingsUnchanged(ILogger logger);

    [LoggerMessage(EventIds.EdgeAgent + 14, LogLevel.Information, "Resources: {Resident} resident of {Limit} that {Source} allows, {Processors:0.##} processors, {Threads} threads, {Files} open files")]
    public static partial void Resources(ILogger logger, string resident, string limit, string source, double processors, long? threads, long? files);

    [LoggerMessage(EventIds.EdgeAgent + 15, LogLevel.Information, "What this device allows lowers defaults: {Settings}. Set them to have them otherwise")]
    public static partial void DefaultsLowered(ILogger logger, string settings);
}
