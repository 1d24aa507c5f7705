namespace EdgeAdapt.Imaging.Tests;

/// <summary>Tests that look at the memory of the whole process, so no other may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
