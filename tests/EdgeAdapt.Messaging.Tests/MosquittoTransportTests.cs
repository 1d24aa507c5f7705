using EdgeAdapt.Messaging.Mosquitto;

namespace EdgeAdapt.Messaging.Tests;

public sealed class MosquittoTransportTests(BrokerFixture fixture) : TransportContract(fixture)
{
    protected override IMqttTransport Create() => new MosquittoTransport();
}
