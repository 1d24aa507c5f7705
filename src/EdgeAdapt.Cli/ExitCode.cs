namespace EdgeAdapt.Cli;

/// <summary>How the process ends.</summary>
public enum ExitCode
{
    /// <summary>The verb did what it was asked to.</summary>
    Success = 0,

    /// <summary>The arguments were fine, but a file, a model or the machine was not.</summary>
    Failure = 1,

    /// <summary>The arguments are wrong.</summary>
    Usage = 2,

    /// <summary>Stopped by Ctrl-C or SIGTERM.</summary>
    Cancelled = 130,
}
