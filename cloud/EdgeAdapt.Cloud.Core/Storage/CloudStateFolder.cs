using System.Security.Cryptography;
using System.Text;
using EdgeAdapt.Contracts;
using EdgeAdapt.Storage;

namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>What lies where in the service's state folder.</summary>
public static class CloudStateFolder
{
    private const string ClientIdFile = "client-id";

    /// <summary>
    /// The MQTT client identifier that belongs to this folder, made on first use: the broker holds messages for a client that is away under that
    /// name, and two services with one name throw each other out.
    /// </summary>
    public static string ClientId(this StateFolder state)
    {
        ArgumentNullException.ThrowIfNull(state);
        string path = state.File(ClientIdFile);
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
    public static string ModelFolder(this StateFolder state, string tenant, string model, string modelSha256)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(modelSha256);
        return Path.Combine(state.Path, tenant, $"{model}-{modelSha256[..12]}");
    }
}
