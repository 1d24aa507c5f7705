using Xunit;

namespace EdgeAdapt.Testing;

/// <summary>A test that needs a real MQTT broker; it is skipped, visibly, where Mosquitto is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrokerFactAttribute : FactAttribute
{
    /// <summary>Marks the test.</summary>
    public BrokerFactAttribute()
    {
        if (MosquittoBroker.Executable is null)
        {
            Skip = "needs Mosquitto (Debian and Ubuntu: apt install mosquitto)";
        }
    }
}
