using Xunit;

namespace EdgeAdapt.Testing;

/// <summary>A test that needs the shared images and models; it is skipped, visibly, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <summary>Marks the test.</summary>
    public SharedDataFactAttribute()
    {
        if (SharedData.Folder is null)
        {
            Skip = $"needs the shared data folder beside the checkout, or {SharedData.Variable}";
        }
    }
}
