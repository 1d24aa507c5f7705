namespace EdgeAdapt.Messaging.Tests;

/// <summary>One broker for all tests of a class that do not stop it; none where Mosquitto is absent and the tests are skipped.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private MosquittoBroker? _broker;

    public MosquittoBroker Broker => _broker ?? throw new InvalidOperationException("Mosquitto is not installed.");

    public async Task InitializeAsync() => _broker = MosquittoBroker.Executable is null ? null : await MosquittoBroker.StartAsync();

    public async Task DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }
}
