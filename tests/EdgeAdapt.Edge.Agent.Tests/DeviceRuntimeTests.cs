using System.Text.Json;

namespace EdgeAdapt.Edge.Agent.Tests;

/// <summary>How .NET runs the agent, as the file beside the program tells it: a project that lost its settings would work, and take cores and memory from answers.</summary>
public sealed class DeviceRuntimeTests
{
    [Fact]
    public void RuntimeConfig_OfTheAgent_GivesCoresAndMemoryToAnswers()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "EdgeAdapt.Edge.Agent.runtimeconfig.json")));
        JsonElement properties = file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.False(properties.GetProperty("System.GC.Concurrent").GetBoolean());
        Assert.False(properties.GetProperty("System.Runtime.TieredPGO").GetBoolean());
        Assert.Equal(0, properties.GetProperty("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit").GetInt32());
        Assert.Equal(2_000_000, properties.GetProperty("System.GC.LOHThreshold").GetInt32());
    }
}
