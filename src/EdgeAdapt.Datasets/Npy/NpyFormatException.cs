namespace EdgeAdapt.Datasets;

/// <summary>
/// A NumPy file that cannot be read, or holds something else than was asked for. The message names the file, the fault
/// and the remedy.
/// </summary>
public sealed class NpyFormatException : DatasetException
{
    /// <summary>Creates the exception with a message that names the fault and its remedy.</summary>
    public NpyFormatException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public NpyFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
