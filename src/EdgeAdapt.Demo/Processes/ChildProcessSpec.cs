namespace EdgeAdapt.Demo.Processes;

/// <summary>A program to run as a child.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Program">Path or name of the program.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
/// <param name="LogFile">Where its standard output and error go, appended.</param>
internal sealed record ChildProcessSpec(string Name, string Program, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>Environment variables on top of this process's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
