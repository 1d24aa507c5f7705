using EdgeAdapt.Storage;
using EdgeAdapt.Cloud.Core.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class SessionCatalogTests
{
    [Fact]
    public void Open_SessionsOnTheDisk_AreThereAgain()
    {
        using var bench = new Workbench();
        using StateFolder state = StateFolder.Open(bench.Folder);
        SessionCatalog first = Open(bench, state);
        first.FindOrOpen(new SessionKey(Workbench.ModelName, "b"))!.Accept([bench.NextSample()]);
        first.FindOrOpen(new SessionKey(Workbench.ModelName, "a"));
        SessionCatalog second = Open(bench, state);
        Assert.Equal(["a", "b"], second.All.Select(s => s.Key.Group));
        Assert.Equal(1, second.Find(new SessionKey(Workbench.ModelName, "b"))!.Snapshot().Queued);
    }

    [Fact]
    public void FindOrOpen_BeyondTheLimit_RefusesNewGroupsOnly()
    {
        using var bench = new Workbench(keep: new AdaptationSessionOptions { MaximumSessions = 2 });
        using StateFolder state = StateFolder.Open(bench.Folder);
        SessionCatalog catalog = Open(bench, state);
        Assert.NotNull(catalog.FindOrOpen(new SessionKey(Workbench.ModelName, "a")));
        Assert.NotNull(catalog.FindOrOpen(new SessionKey(Workbench.ModelName, "b")));
        Assert.Null(catalog.FindOrOpen(new SessionKey(Workbench.ModelName, "c")));
        Assert.NotNull(catalog.FindOrOpen(new SessionKey(Workbench.ModelName, "a")));
    }

    private static SessionCatalog Open(Workbench bench, StateFolder state) =>
        SessionCatalog.Open(state, "default", [bench.Model], bench.Keep, bench.Time, NullLogger.Instance);
}
