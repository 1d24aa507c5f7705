namespace EdgeAdapt.Demo;

/// <summary>The folder in which the run's streams, states, reports and logs lie. Removed when disposed, unless it is to be kept.</summary>
internal sealed class WorkFolder(bool keep) : IDisposable
{
    /// <summary>The folder's path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("edgeadapt-demo-").FullName;

    /// <summary>A path inside the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Copies the logs to a folder that stays, for whoever looks for the cause of a failure.</summary>
    /// <returns>The folder with the logs, or null where there is none yet.</returns>
    public string? SaveLogs(string folder)
    {
        string[] logs = Directory.GetFiles(Path, "*.log", SearchOption.AllDirectories);
        if (logs.Length == 0)
        {
            return null;
        }

        DirectoryInfo target = Directory.CreateDirectory(System.IO.Path.Combine(folder, "logs"));
        foreach (string log in logs)
        {
            System.IO.File.Copy(log, System.IO.Path.Combine(target.FullName, System.IO.Path.GetFileName(log)), overwrite: true);
        }

        return target.FullName;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (keep)
        {
            return;
        }

        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A file that appeared while its folder was being deleted; a left-over in the temporary folder must not turn a good run into a failed one.
        }
    }
}
