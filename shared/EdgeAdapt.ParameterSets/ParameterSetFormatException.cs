namespace EdgeAdapt.ParameterSets;

/// <summary>Bytes that are not a parameter set this version can read. The message names the fault and the remedy.</summary>
public sealed class ParameterSetFormatException : Exception
{
    /// <summary>Creates the exception with a message that names the fault and its remedy.</summary>
    public ParameterSetFormatException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public ParameterSetFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
