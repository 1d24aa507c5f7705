namespace EdgeAdapt.Edge.Page.Tests;

/// <summary>A test that needs Chromium; it is skipped, visibly, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Marks the test.</summary>
    public BrowserFactAttribute()
    {
        if (Chromium.Executable is null)
        {
            Skip = "needs Chromium (Debian and Ubuntu: apt install chromium)";
        }
    }
}
