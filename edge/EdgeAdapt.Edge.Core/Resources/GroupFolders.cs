namespace EdgeAdapt.Edge.Core.Resources;

/// <summary>
/// Where the kernel shows one controller of this process's control group and of the groups around it, innermost first; all of them bind.
/// </summary>
/// <param name="Version">1 or 2; 0 for none.</param>
/// <param name="Folders">Absolute paths of the system.</param>
internal sealed record GroupFolders(int Version, IReadOnlyList<string> Folders)
{
    private const string Mount = "/sys/fs/cgroup";

    /// <summary>Finds them as cgroups(7) describes /proc/[pid]/cgroup: "hierarchy:controllers:path" a line, with no controllers for version 2.</summary>
    public static GroupFolders Find(SystemFiles files, string controller)
    {
        string? unified = null;
        foreach (string line in files.Lines("/proc/self/cgroup"))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length < 3 || !parts[2].StartsWith('/'))
            {
                continue;
            }

            if (parts[1].Split(',').Contains(controller))
            {
                // Mounted under the name of all its controllers; distributions link the single names to it.
                string mount = new[] { $"{Mount}/{parts[1]}", $"{Mount}/{controller}" }.FirstOrDefault(m => Directory.Exists(files.Path(m))) ?? string.Empty;
                return mount.Length == 0 ? new GroupFolders(0, []) : new GroupFolders(1, Levels(files, mount, parts[2]));
            }

            unified = parts[0] == "0" && parts[1].Length == 0 ? parts[2] : unified;
        }

        return unified is not null && File.Exists(files.Path($"{Mount}/cgroup.controllers")) ? new GroupFolders(2, Levels(files, Mount, unified)) : new GroupFolders(0, []);
    }

    /// <summary>
    /// A container without a namespace of its own for groups sees its path on the host, but below the mount its own group as the root: what does not exist is left out, and the mount
    /// itself is always looked at. A path that leaves the mount ("/..") is one of a parent's namespace, of which the same holds.
    /// </summary>
    private static List<string> Levels(SystemFiles files, string mount, string path)
    {
        List<string> levels = [];
        string at = path.Contains("..", StringComparison.Ordinal) ? string.Empty : path.TrimEnd('/');
        while (at.Length > 0)
        {
            if (Directory.Exists(files.Path(mount + at)))
            {
                levels.Add(mount + at);
            }

            at = at[..at.LastIndexOf('/')];
        }

        levels.Add(mount);
        return levels;
    }
}
