namespace EdgeAdapt.Imaging;

/// <summary>A model manifest that cannot be used. The message names the file and lists every fault with its remedy.</summary>
public sealed class ModelManifestException : Exception
{
    /// <summary>Creates the exception with a message that names the faults and their remedies.</summary>
    public ModelManifestException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the faults and their remedies, and what caused it.</summary>
    public ModelManifestException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
