namespace EdgeAdapt.ParameterSets.Signing;

/// <summary>A key file that cannot be used. The message names the file, the fault and the remedy.</summary>
public sealed class SigningKeyException : Exception
{
    /// <summary>Creates the exception with a message that names the fault and its remedy.</summary>
    public SigningKeyException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public SigningKeyException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
