using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>Samples with content that depends on a number alone.</summary>
internal static class Samples
{
    public const string Tenant = "default";
    public const string Device = "cam-1";
    public const string Model = "tiny";

    public static SampleUpload Create(int number, int length = 1000)
    {
        byte[] content = new byte[length];
        new Random(number).NextBytes(content);
        BitConverter.TryWriteBytes(content, number);
        return new SampleUpload
        {
            Id = ContentHash.IdOf(content),
            Tenant = Tenant,
            Device = Device,
            Group = "night",
            Model = Model,
            BaseModelSha256 = new string('a', 64),
            ParameterVersion = number,
            Entropy = 0.25f + number,
            ContentType = ContentTypes.Png,
            Content = content,
            Captured = DateTimeOffset.UnixEpoch.AddSeconds(number),
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
    }

    public static MqttMessage Acknowledge(params string[] ids) => new SampleAcknowledgement(ids).ToMessage(Tenant, Device, DateTimeOffset.UnixEpoch);
}
