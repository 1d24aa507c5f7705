using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>What lies where on the edge of the fault cycles.</summary>
internal sealed class EdgeFolders(string state)
{
    /// <summary>Room for some fifty samples: a cloud that is away for a few seconds makes the outbox give some up.</summary>
    public static OutboxOptions Options { get; } = new() { MaximumBytes = 200_000 };

    /// <summary>The outbox.</summary>
    public string Spool { get; } = Path.Combine(state, "outbox");

    /// <summary>Copies of files whose deletion was not yet forced to the disk.</summary>
    public string Deleted { get; } = Path.Combine(state, "deleted");

    /// <summary>Keeps a copy of a sample that is about to be deleted; one that does not wait is ignored.</summary>
    public void KeepDeleted(string id)
    {
        foreach (string file in Directory.EnumerateFiles(Spool, $"*-{id}.sample"))
        {
            File.Copy(file, Path.Combine(Deleted, Path.GetFileName(file)), overwrite: true);
        }
    }
}
