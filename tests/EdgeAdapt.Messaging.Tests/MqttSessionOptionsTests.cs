using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

public sealed class MqttSessionOptionsTests
{
    private static readonly MqttSessionOptions Good = new() { Host = "broker.example.org", ClientId = "cam-1" };

    [Fact]
    public void Faults_Defaults_AreNone() => Assert.Empty(Good.Faults());

    public static TheoryData<string, bool, MqttSessionOptions> Boundaries() => new()
    {
        { "Port", false, Good with { Port = 0 } },
        { "Port", true, Good with { Port = 1 } },
        { "Port", true, Good with { Port = 65535 } },
        { "Port", false, Good with { Port = 65536 } },
        { "Host", false, Good with { Host = " " } },
        { "Host", false, Good with { Host = "mqtt://broker" } },
        { "ClientId", false, Good with { ClientId = "" } },
        { "ClientId", true, Good with { ClientId = new string('x', 128) } },
        { "ClientId", false, Good with { ClientId = new string('x', 129) } },
        { "ClientId", false, Good with { ClientId = "größe" } },
        { "KeepAlive", false, Good with { KeepAlive = TimeSpan.FromSeconds(4.9) } },
        { "KeepAlive", true, Good with { KeepAlive = TimeSpan.FromSeconds(5) } },
        { "KeepAlive", true, Good with { KeepAlive = TimeSpan.FromHours(18) } },
        { "KeepAlive", false, Good with { KeepAlive = TimeSpan.FromHours(18.1) } },
        { "SessionExpiry", false, Good with { SessionExpiry = TimeSpan.FromSeconds(-1) } },
        { "SessionExpiry", true, Good with { SessionExpiry = TimeSpan.FromSeconds(uint.MaxValue) } },
        { "SessionExpiry", false, Good with { SessionExpiry = TimeSpan.FromSeconds(1L + uint.MaxValue) } },
        { "ConnectTimeout", false, Good with { ConnectTimeout = TimeSpan.FromMilliseconds(99) } },
        { "ConnectTimeout", true, Good with { ConnectTimeout = TimeSpan.FromMinutes(10) } },
        { "PublishTimeout", false, Good with { PublishTimeout = TimeSpan.FromMilliseconds(99) } },
        { "PublishTimeout", false, Good with { PublishTimeout = TimeSpan.FromHours(2) } },
        { "ReconnectMinimum", false, Good with { ReconnectMinimum = TimeSpan.FromMilliseconds(9) } },
        { "ReconnectMaximum", true, Good with { ReconnectMinimum = TimeSpan.FromSeconds(2), ReconnectMaximum = TimeSpan.FromSeconds(2) } },
        { "ReconnectMaximum", false, Good with { ReconnectMinimum = TimeSpan.FromSeconds(2), ReconnectMaximum = TimeSpan.FromSeconds(1) } },
        { "ReconnectMaximum", false, Good with { ReconnectMaximum = TimeSpan.FromDays(2) } },
        { "MaximumPacketLength", false, Good with { MaximumPacketLength = 1023 } },
        { "MaximumPacketLength", true, Good with { MaximumPacketLength = 1024 } },
        { "MaximumPacketLength", true, Good with { MaximumPacketLength = 256 << 20 } },
        { "MaximumPacketLength", false, Good with { MaximumPacketLength = (256 << 20) + 1 } },
        { "ReceiveMaximum", false, Good with { ReceiveMaximum = 0 } },
        { "ReceiveMaximum", true, Good with { ReceiveMaximum = 1 } },
        { "ReceiveMaximum", true, Good with { ReceiveMaximum = 65535 } },
        { "ReceiveMaximum", false, Good with { ReceiveMaximum = 65536 } },
        { "Will", false, Good with { Will = new MqttMessage { Topic = "a/#" } } },
        { "Will", false, Good with { Will = new MqttMessage { Topic = "a", ContentType = "a\0" } } },
        { "Will", true, Good with { Will = new MqttMessage { Topic = "a" } } },
        { "PasswordFile", false, Good with { PasswordFile = "/no/such/file", Username = "x" } },
        { "CertificateFile and KeyFile", false, Good with { CertificateFile = "/no/such/file" } },
        { "CaFile", false, Good with { CaFile = "/no/such/file" } },
    };

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Faults_AtTheLimits_NameTheOption(string option, bool good, MqttSessionOptions options)
    {
        IReadOnlyList<string> faults = options.Faults();

        if (good)
        {
            Assert.Empty(faults);
        }
        else
        {
            Assert.Contains(faults, f => f.Contains(option, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Faults_Several_AreAllListed()
    {
        MqttSessionOptions options = Good with { Host = "", Port = -1, ClientId = "", PasswordFile = "/no/such/file", KeepAlive = TimeSpan.Zero };

        // Host, Port, ClientId, PasswordFile without Username, PasswordFile missing, KeepAlive.
        Assert.Equal(6, options.Faults().Count);
    }
}
