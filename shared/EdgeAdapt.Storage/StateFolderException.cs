namespace EdgeAdapt.Storage;

/// <summary>The state folder cannot be used. The message names the remedy.</summary>
public sealed class StateFolderException : Exception
{
    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public StateFolderException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
