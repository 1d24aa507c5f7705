namespace EdgeAdapt.Messaging;

/// <summary>A password in a file of its own, so that it stands in no command line, environment or settings file.</summary>
public static class PasswordFile
{
    /// <summary>Reads the password: the file's first line. Read at each connect, so a changed password needs no restart.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string Read(string path)
    {
        using StreamReader reader = File.OpenText(path);
        return reader.ReadLine() ?? string.Empty;
    }
}
