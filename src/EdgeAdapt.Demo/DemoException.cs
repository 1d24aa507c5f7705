namespace EdgeAdapt.Demo;

/// <summary>The demo cannot run: something it needs is missing or one of its processes failed. The message names the remedy.</summary>
public sealed class DemoException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what to do, one line where possible.</param>
    public DemoException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public DemoException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
