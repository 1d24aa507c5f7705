using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>Files that the outbox cannot use or send, kept for inspection. Not thread safe.</summary>
/// <param name="folder">Where they go; made with the first one.</param>
/// <param name="kept">How many are kept, the newest; 0 for none.</param>
/// <param name="disk">Deletes the others.</param>
/// <param name="logger">Told of a file that cannot be moved.</param>
internal sealed class SpoolQuarantine(string folder, int kept, IDurableDisk disk, ILogger logger)
{
    /// <summary>Moves a file here.</summary>
    public void Take(string path)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Move(path, Path.Combine(folder, Path.GetFileName(path)), overwrite: true);
            foreach (string old in Directory.EnumerateFiles(folder).OrderDescending(StringComparer.Ordinal).Skip(kept))
            {
                disk.TryDelete(old);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays where it is and out of the index; the next start tries again.
            Log.QuarantineFailed(logger, path, e.Message);
        }
    }
}
