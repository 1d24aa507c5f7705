namespace EdgeAdapt.Edge.Core.Resources;

/// <summary>What this process has in use, read from the kernel whenever it is asked for; null where the system does not say. Thread safe.</summary>
/// <param name="root">The root of the file system, or a folder laid out like it.</param>
public sealed class ProcessUse(string root = "/")
{
    private const string Status = "/proc/self/status";
    private readonly SystemFiles _files = new(root);

    /// <summary>Bytes of memory that are resident, ONNX Runtime's included.</summary>
    public long? ResidentBytes => _files.Field(Status, "VmRSS") * 1024;

    /// <summary>The most bytes that were resident at once.</summary>
    public long? PeakResidentBytes => _files.Field(Status, "VmHWM") * 1024;

    /// <summary>Threads, ONNX Runtime's included.</summary>
    public long? Threads => _files.Field(Status, "Threads");

    /// <summary>Open file handles: files, sockets, pipes.</summary>
    public long? OpenFiles
    {
        get
        {
            try
            {
                // The one that lists them is not one of them.
                int handles = Directory.EnumerateFileSystemEntries(_files.Path("/proc/self/fd")).Count();
                return root == "/" ? handles - 1 : handles;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
