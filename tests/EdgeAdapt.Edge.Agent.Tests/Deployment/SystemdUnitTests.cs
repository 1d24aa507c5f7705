namespace EdgeAdapt.Edge.Agent.Tests.Deployment;

/// <summary>The unit that keeps an agent running where nobody looks after it.</summary>
public sealed class SystemdUnitTests
{
    private static readonly string[] Unit = File.ReadAllLines(Checkout.Path("deploy", "systemd", "edgeadapt-edge@.service"));

    [Fact]
    public void Restart_AnyFailure_IsStartedAgainWithoutEnd()
    {
        Assert.Contains("Restart=on-failure", Unit);
        Assert.Contains("StartLimitIntervalSec=0", Unit);
        Assert.Contains("RestartForceExitStatus=SIGHUP", Unit);

        // An agent also ends with 2 where an address or a disk is not there yet.
        Assert.DoesNotContain(Unit, line => line.StartsWith("RestartPreventExitStatus", StringComparison.Ordinal));
    }
}
