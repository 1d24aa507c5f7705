using EdgeAdapt.Edge.Core;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent.Reloading;

/// <summary>
/// Takes changed settings over while the agent runs, all of them or none: what has a fault, or needs a restart, changes nothing and is told. The file is looked at by
/// its content and not by its events, because a file that is mounted into a container is a link into a folder that is exchanged as a whole, of which no event of the
/// file tells. Used by one task at a time.
/// </summary>
/// <param name="file">The settings file.</param>
/// <param name="flags">Settings of the command line, which stay over those of the file.</param>
/// <param name="running">What the agent was started with.</param>
/// <param name="apply">Takes valid options over.</param>
/// <param name="tell">Told why the newest settings are not used; null where they are.</param>
/// <param name="logger">Told of each change.</param>
internal sealed class SettingsReload(
    string file, IReadOnlyDictionary<string, string?> flags, AgentConfiguration running, Func<EdgeAgentOptions, LogLevel, Task> apply, Action<string?> tell, ILogger logger)
{
    private AgentConfiguration _running = running;
    private string? _taken = running.Fingerprint;
    private string? _seen;

    /// <summary>Looks whether the file has changed, and reloads once it looks the same twice: whoever writes it in place may be in the middle.</summary>
    public async Task LookAsync()
    {
        string now = AgentConfiguration.FingerprintOf(file);
        if (now == _taken)
        {
            _seen = null;
        }
        else if (now == _seen)
        {
            await ReloadAsync().ConfigureAwait(false);
        }
        else
        {
            _seen = now;
        }
    }

    /// <summary>Reads the settings again, whether or not the file has changed.</summary>
    public async Task ReloadAsync()
    {
        _taken = AgentConfiguration.FingerprintOf(file);
        _seen = null;
        try
        {
            await TakeAsync(AgentConfiguration.Load(file, flags)).ConfigureAwait(false);
        }
        catch (EdgeAgentException e)
        {
            Refuse(e.Message);
        }
        catch (Exception e)
        {
            // A file that they name may be gone between two looks at it. Whatever it is: the agent runs well with what it has.
            Refuse($"They cannot be taken over: {e.Message} Try again with SIGHUP; --validate says more.", e);
        }
    }

    private async Task TakeAsync(AgentConfiguration next)
    {
        string[] changed = [.. AgentSettings.All.Select(s => s.Name).Where(name => next.Settings[name] != _running.Settings[name])];
        var reader = new AgentOptionsReader(next);
        EdgeAgentOptions options = reader.ReadAll(out IReadOnlyList<string> faults);
        string[] fixedOnes = [.. changed.Where(name => !LiveSettings.Names.Contains(name))];
        if (fixedOnes.Length > 0)
        {
            faults = [.. faults, $"{string.Join(", ", fixedOnes.Select(n => $"'{n}'"))} cannot change while the agent runs: restart it, or put the old value back."];
        }

        if (faults.Count > 0)
        {
            Refuse(string.Join(' ', faults));
            return;
        }

        await apply(options, reader.LogLevel).ConfigureAwait(false);
        string changes = string.Join(", ", changed.Select(n => $"{n} from {Quote(_running, n)} to {Quote(next, n)}"));
        _running = next;
        tell(null);
        if (changed.Length > 0)
        {
            AgentLog.SettingsApplied(logger, changes);
        }
        else
        {
            AgentLog.SettingsUnchanged(logger);
        }
    }

    private void Refuse(string fault, Exception? exception = null)
    {
        tell(fault);
        AgentLog.SettingsRefused(logger, fault, exception);
    }

    private static string Quote(AgentConfiguration configuration, string name) => configuration.Settings[name] is { } text ? $"'{text}'" : "the default";
}
