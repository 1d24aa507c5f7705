using System.Diagnostics;
using EdgeAdapt.Edge.Agent.Reloading;
using EdgeAdapt.Edge.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Edge.Agent.Tests.Reloading;

public sealed class SettingsReloadTests : IDisposable
{
    private readonly AgentFiles _files = new();
    private readonly List<(EdgeAgentOptions Options, LogLevel Level)> _applied = [];
    private string? _fault;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Look_GoodChange_IsAppliedOnceItStandsStill()
    {
        SettingsReload reload = Start("""{ "entropy-high": 0.3 }""");
        await reload.LookAsync();
        Write("""{ "entropy-high": 0.5, """);
        await reload.LookAsync();

        // In the middle of being written, and then whole.
        Write("""{ "entropy-high": 0.5, "upload-share": 0.25, "guard-window": 16, "log-level": "warning", "upload-megabytes-per-hour": 2 }""");
        await reload.LookAsync();
        Assert.Empty(_applied);
        Assert.Null(_fault);
        await reload.LookAsync();
        (EdgeAgentOptions options, LogLevel level) = Assert.Single(_applied);
        Assert.Equal((0.5, 0.25, 16, LogLevel.Warning), (options.Filter.EntropyHighMargin, options.Filter.UploadShare, options.Guard.Window, level));
        Assert.Equal(2_000_000, options.Upload.Budget.BytesPerHour);
        await reload.LookAsync();
        await reload.LookAsync();
        Assert.Single(_applied);
    }

    [Theory]
    [InlineData("""{ "entropy-high": 0.5, """, "Cannot read")]
    [InlineData("""{ "entropy-high": 7 }""", "0.4")]
    [InlineData("""{ "entropy-high": "much", "guard-window": -1 }""", "--guard-window")]
    [InlineData("""{ "entropy-hihg": 0.5 }""", "'entropy-hihg'")]
    [InlineData("""{ "entropy-high": 0.5, "statistics-batch": 64 }""", "restart")]
    [InlineData("""{ "entropy-high": 0.5, "broker": "elsewhere" }""", "'broker'")]
    [InlineData(null, "Cannot read")]
    public async Task Look_ChangeThatCannotBeUsed_KeepsTheLastGoodOneAndSaysWhy(string? content, string part)
    {
        SettingsReload reload = Start("""{ "entropy-high": 0.3 }""");
        Write(content);
        await reload.LookAsync();
        await reload.LookAsync();
        Assert.Empty(_applied);
        Assert.Contains(part, _fault, StringComparison.Ordinal);

        // What comes after it is measured by what runs, not by what was refused.
        Write("""{ "entropy-high": 0.2 }""");
        await reload.LookAsync();
        await reload.LookAsync();
        Assert.Equal(0.2, Assert.Single(_applied).Options.Filter.EntropyHighMargin);
        Assert.Null(_fault);
    }

    [Fact]
    public async Task Look_MountedConfigurationWhoseLinkIsExchanged_IsApplied()
    {
        // As Kubernetes mounts a ConfigMap: file -> ..data/file, ..data -> a folder with a time in its name, exchanged by a rename.
        string mount = Directory.CreateDirectory(_files.File("mount")).FullName;
        void Publish(string version, string content)
        {
            Directory.CreateDirectory(Path.Combine(mount, version));
            File.WriteAllText(Path.Combine(mount, version, "settings.json"), content);
            File.CreateSymbolicLink(Path.Combine(mount, "..data_tmp"), version);
            using Process rename = Process.Start("mv", ["-T", Path.Combine(mount, "..data_tmp"), Path.Combine(mount, "..data")]);
            rename.WaitForExit();
            Assert.Equal(0, rename.ExitCode);
        }

        Publish("..2026_01", """{ "entropy-high": 0.3 }""");
        File.CreateSymbolicLink(Path.Combine(mount, "settings.json"), Path.Combine("..data", "settings.json"));
        SettingsReload reload = Start(null, Path.Combine(mount, "settings.json"));
        await reload.LookAsync();
        Assert.Empty(_applied);
        for (int i = 1; i <= 3; i++)
        {
            Publish($"..2026_02_{i}", $$"""{ "entropy-high": 0.{{i + 3}} }""");
            Directory.Delete(Path.Combine(mount, i == 1 ? "..2026_01" : $"..2026_02_{i - 1}"), recursive: true);
            await reload.LookAsync();
            await reload.LookAsync();
            Assert.Equal(i, _applied.Count);
            Assert.Equal((i + 3) / 10.0, _applied[^1].Options.Filter.EntropyHighMargin!.Value, 9);
        }
    }

    [Fact]
    public async Task Look_FileWrittenBetweenItsReadingAndTheEndOfTheStart_IsAChange()
    {
        Write("""{ "entropy-high": 0.3 }""");
        AgentConfiguration started = AgentConfiguration.Load(_files.File("settings.json"), _files.Settings());
        Write("""{ "entropy-high": 0.5 }""");
        SettingsReload reload = Start(started, _files.File("settings.json"), _files.Settings(), (options, level) => _applied.Add((options, level)));
        await reload.LookAsync();
        await reload.LookAsync();
        Assert.Equal(0.5, Assert.Single(_applied).Options.Filter.EntropyHighMargin);
    }

    [Fact]
    public async Task Reload_FaultWhileTheyAreTakenOver_IsToldAndTheNextOnesAreTaken()
    {
        Write("""{ "entropy-high": 0.3 }""");
        bool isBroken = true;
        SettingsReload reload = Start(AgentConfiguration.Load(_files.File("settings.json"), _files.Settings()), _files.File("settings.json"), _files.Settings(), (options, level) =>
        {
            if (isBroken)
            {
                throw new ArgumentException("The key is gone.");
            }

            _applied.Add((options, level));
        });
        Write("""{ "entropy-high": 0.5 }""");
        await reload.ReloadAsync();
        Assert.Contains("The key is gone.", _fault, StringComparison.Ordinal);
        isBroken = false;
        await reload.ReloadAsync();
        Assert.Null(_fault);
        Assert.Equal(0.5, Assert.Single(_applied).Options.Filter.EntropyHighMargin);
    }

    [Fact]
    public async Task Reload_FlagsOverTheFile_StayOverIt()
    {
        SettingsReload reload = Start("""{ "entropy-high": 0.3 }""", flags: ("entropy-high", "0.4"));
        Write("""{ "entropy-high": 0.5 }""");
        await reload.ReloadAsync();
        Assert.Equal(0.4, Assert.Single(_applied).Options.Filter.EntropyHighMargin);
        Assert.Null(_fault);
    }

    [Fact]
    public void Names_AllLiveSettings_Exist() => Assert.Empty(LiveSettings.Names.Except(AgentSettings.All.Select(s => s.Name)));

    private void Write(string? content)
    {
        if (content is null)
        {
            File.Delete(_files.File("settings.json"));
        }
        else
        {
            File.WriteAllText(_files.File("settings.json"), content);
        }
    }

    private SettingsReload Start(string? content, string? file = null, params (string Name, string? Value)[] flags)
    {
        if (content is not null)
        {
            Write(content);
        }

        file ??= _files.File("settings.json");
        Dictionary<string, string?> settings = _files.Settings(flags);
        settings.Remove("broker");
        return Start(AgentConfiguration.Load(file, settings), file, settings, (options, level) => _applied.Add((options, level)));
    }

    private SettingsReload Start(AgentConfiguration running, string file, Dictionary<string, string?> flags, Action<EdgeAgentOptions, LogLevel> apply) => new(
        file, flags, running,
        (options, level) =>
        {
            apply(options, level);
            return Task.CompletedTask;
        },
        fault => _fault = fault, NullLogger.Instance);
}
