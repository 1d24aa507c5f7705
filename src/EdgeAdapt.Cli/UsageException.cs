namespace EdgeAdapt.Cli;

/// <summary>Arguments that parse but make no sense. The message names the argument and the remedy.</summary>
public sealed class UsageException : Exception
{
    /// <summary>Creates the exception with a message that names the fault and its remedy.</summary>
    public UsageException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public UsageException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
