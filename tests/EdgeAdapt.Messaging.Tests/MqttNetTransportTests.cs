using EdgeAdapt.Messaging.MqttNet;

namespace EdgeAdapt.Messaging.Tests;

public sealed class MqttNetTransportTests(BrokerFixture fixture) : TransportContract(fixture)
{
    protected override IMqttTransport Create() => new MqttNetTransport();
}
