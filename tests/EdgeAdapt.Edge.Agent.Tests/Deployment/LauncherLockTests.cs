using System.Diagnostics;

namespace EdgeAdapt.Edge.Agent.Tests.Deployment;

/// <summary>The launcher's set-up steps with nothing to install, and a build that leaves a process running as the real one leaves compilers.</summary>
public sealed class LauncherLockTests : IDisposable
{
    private const string Launcher = """
        set -euo pipefail
        root=$1 state=$2 EDGEADAPT_FLAVOUR=portable
        . "$root/build/setup.sh"
        left=''
        trap '[[ -z $left ]] || kill "$left"' EXIT
        is_ready() { [[ -f $state/built ]]; }
        require_tools() { :; }
        install_debian_packages() { :; }
        install_npm_packages() { :; }
        install_arm64_library() { :; }
        build_product() {
          sleep infinity >/dev/null 2>&1 &
          left=$!
          touch "$state/built"
        }
        ensure_ready
        # The copy of the shell that becomes the process closes the lock a moment after it was made.
        flock --wait 20 "$state/lock" true
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly string _state = Directory.CreateTempSubdirectory("edgeadapt-launcher-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public async Task EnsureReady_ProcessThatTheBuildLeavesRunning_DoesNotHoldTheLock()
    {
        using Process launcher = Start("bash", "-c", Launcher, "bash", Checkout.Root, _state);
        Assert.Equal((0, string.Empty), (await ExitAsync(launcher), await launcher.StandardError.ReadToEndAsync()));
    }

    [Fact]
    public async Task EnsureReady_AnotherCommandBuilds_SaysThatItWaits()
    {
        using Process other = Start("flock", Path.Combine(_state, "lock"), "sh", "-c", "echo held; cat");
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
        using Process launcher = Start("bash", "-c", Launcher, "bash", Checkout.Root, _state);
        Assert.Contains("waiting", await launcher.StandardError.ReadLineAsync().WaitAsync(Limit), StringComparison.Ordinal);
        other.StandardInput.Close();
        Assert.Equal(0, await ExitAsync(launcher));
        Assert.Equal(0, await ExitAsync(other));
    }

    private static async Task<int> ExitAsync(Process process)
    {
        await process.WaitForExitAsync().WaitAsync(Limit);
        return process.ExitCode;
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
}
