namespace EdgeAdapt.Datasets;

/// <summary>
/// A data set that cannot be used as it is: a file is missing, damaged or does not fit its neighbours. The message is
/// written for the person who supplied the data and names the remedy.
/// </summary>
public class DatasetException : Exception
{
    /// <summary>Creates the exception with a message that names the fault and its remedy.</summary>
    public DatasetException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public DatasetException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
