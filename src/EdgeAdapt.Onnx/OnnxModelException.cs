namespace EdgeAdapt.Onnx;

/// <summary>
/// A model file that cannot be used as it is: not ONNX, no normalization layer, an operator that is not supported.
/// The message is written for the person who supplied the file and names the remedy.
/// </summary>
public sealed class OnnxModelException : Exception
{
    /// <summary>Creates the exception with a message that names the fault and its remedy.</summary>
    public OnnxModelException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public OnnxModelException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
