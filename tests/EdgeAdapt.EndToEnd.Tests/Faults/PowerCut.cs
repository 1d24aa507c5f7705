using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Storage;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>
/// What a power cut may leave and a kill does not: nothing that was forced to the disk is touched. Content of unfinished files and of the ids that were appended, names and
/// deletions that came after the folder was last forced there may be lost, cut off or, of content, anything.
/// </summary>
internal sealed class PowerCut(Random random)
{
    private const int AlwaysForced = 24;

    /// <summary>Damages the edge's folder.</summary>
    /// <param name="folders">The folder; its process is dead.</param>
    /// <param name="unanswered">Ids of samples whose handing over had not returned: the names of their files are not lasting.</param>
    public void HitEdge(EdgeFolders folders, IReadOnlySet<string> unanswered)
    {
        HitUnfinished(folders.Spool);
        foreach (string path in Directory.GetFiles(folders.Spool, "*.sample").Where(p => unanswered.Contains(Path.GetFileNameWithoutExtension(p)[^32..])))
        {
            if (random.Next(2) == 0)
            {
                File.Move(path, path + DurableFile.UnfinishedExtension);
            }
        }

        long bytes = Directory.GetFiles(folders.Spool, "*.sample").Sum(p => new FileInfo(p).Length);
        foreach (string path in Directory.GetFiles(folders.Deleted))
        {
            // The kill may have met the copying itself. What would make the outbox overflow is left out: it would give up samples before it could say so.
            bytes += new FileInfo(path).Length;
            if (bytes <= EdgeFolders.Options.MaximumBytes && SpoolFile.Parse(File.ReadAllBytes(path)) is not null && random.Next(2) == 0)
            {
                File.Copy(path, Path.Combine(folders.Spool, Path.GetFileName(path)), overwrite: true);
            }

            File.Delete(path);
        }

        string ids = Path.Combine(folders.Spool, "acknowledged.ids");
        if (File.Exists(ids) && random.Next(2) == 0)
        {
            Damage(ids, AlwaysForced);
        }
    }

    /// <summary>Damages unfinished files of a folder, or takes them away.</summary>
    public void HitUnfinished(string folder)
    {
        foreach (string path in Directory.GetFiles(folder, "*" + DurableFile.UnfinishedExtension))
        {
            if (random.Next(4) == 0)
            {
                File.Delete(path);
            }
            else
            {
                Damage(path, 0);
            }
        }
    }

    /// <summary>Cuts off the end of a file, or leaves zeros or nonsense in its place; the beginning stays.</summary>
    private void Damage(string path, long forced)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        long from = Math.Min(forced, file.Length) + random.NextInt64(Math.Max(0, file.Length - forced) + 1);
        byte[] tail = new byte[file.Length - from];
        switch (random.Next(3))
        {
            case 0:
                file.SetLength(from);
                return;
            case 1:
                random.NextBytes(tail);
                break;
        }

        file.Position = from;
        file.Write(tail);
    }
}
