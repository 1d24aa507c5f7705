using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.Demo.Tests;

/// <summary>A test that needs Mosquitto; skipped, visibly, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute()
    {
        try
        {
            _ = MosquittoProcess.RequireProgram();
        }
        catch (DemoException e)
        {
            Skip = e.Message;
        }
    }
}
