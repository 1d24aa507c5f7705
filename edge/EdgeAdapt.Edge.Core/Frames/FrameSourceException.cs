namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>A frame source that cannot be used. The message names the fault and the remedy.</summary>
public sealed class FrameSourceException : Exception
{
    /// <summary>Creates the exception with a message that names the fault and its remedy.</summary>
    public FrameSourceException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names the fault and its remedy, and what caused it.</summary>
    public FrameSourceException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
