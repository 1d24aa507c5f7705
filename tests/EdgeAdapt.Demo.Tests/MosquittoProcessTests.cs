using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.Demo.Tests;

public sealed class MosquittoProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-broker-");

    [MosquittoFact]
    public async Task Start_TwoBrokers_ListenOnPortsOfTheirOwnAndStop()
    {
        MosquittoProcess first = await MosquittoProcess.StartAsync(Path.Combine(_folder.FullName, "a"), TimeProvider.System, CancellationToken.None);
        await using MosquittoProcess second = await MosquittoProcess.StartAsync(Path.Combine(_folder.FullName, "b"), TimeProvider.System, CancellationToken.None);

        Assert.NotEqual(first.Port, second.Port);
        Assert.True(await FreePort.IsListeningAsync(first.Port, CancellationToken.None));
        await first.DisposeAsync();
        Assert.False(await FreePort.IsListeningAsync(first.Port, CancellationToken.None));
        Assert.True(await FreePort.IsListeningAsync(second.Port, CancellationToken.None));
        Assert.Equal(0, await first.Process.Exited);
    }

    [MosquittoFact]
    public async Task Start_Cancelled_LeavesNoBroker()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => MosquittoProcess.StartAsync(Path.Combine(_folder.FullName, "c"), TimeProvider.System, cancelled.Token));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
