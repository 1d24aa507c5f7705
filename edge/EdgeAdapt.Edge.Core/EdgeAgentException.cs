namespace EdgeAdapt.Edge.Core;

/// <summary>An agent that cannot start. The message lists the faults with their remedies.</summary>
public sealed class EdgeAgentException : Exception
{
    /// <summary>Creates the exception with a message that names the faults and their remedies.</summary>
    public EdgeAgentException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public EdgeAgentException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
