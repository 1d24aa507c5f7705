using System.Security.Cryptography;
using System.Text;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>
/// The folder that holds everything the service must not lose. Locked for as long as this object lives, because two
/// services on one folder would publish different sets under the same versions.
/// </summary>
public sealed class StateFolder : IDisposable
{
    private const string ClientIdFile = "client-id";
    private readonly FileStream _lock;

    private StateFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Creates the folder where it is missing and locks it.</summary>
    /// <exception cref="StateFolderException">The folder cannot be created or written to, or another service holds it.</exception>
    public static StateFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            Directory.CreateDirectory(path);
            DurableFile.RemoveUnfinished(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFolderException($"Cannot use the state folder '{path}': {e.Message} Give --state a folder that this user may write to.", e);
        }

        try
        {
            return new StateFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StateFolderException($"Cannot write to the state folder '{path}': {e.Message} Give --state a folder that this user may write to.", e);
        }
        catch (IOException e)
        {
            throw new StateFolderException($"Another service uses the state folder '{path}' ({e.Message}). Stop it, or give --state a folder of its own.", e);
        }
    }

    /// <summary>
    /// The MQTT client identifier that belongs to this folder, made on first use: the broker holds messages for a client that is away under that
    /// name, and two services with one name throw each other out.
    /// </summary>
    public string ClientId()
    {
        string path = System.IO.Path.Combine(Path, ClientIdFile);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is var known && Topics.IsName(known))
        {
            return known;
        }

        string made = $"edgeadapt-cloud-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        DurableFile.Write(path, Encoding.ASCII.GetBytes(made));
        return made;
    }

    /// <summary>
    /// The folder of one tenant's sessions with one model file. Its hash is part of the name: parameters of another file, even under the same model name, never fit.
    /// </summary>
    public string ModelFolder(string tenant, string model, string modelSha256)
    {
        ArgumentNullException.ThrowIfNull(modelSha256);
        return System.IO.Path.Combine(Path, tenant, $"{model}-{modelSha256[..12]}");
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
