using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>Everything of a <see cref="SampleUpload"/> but its content, and its worth; files of versions that knew no worth have none.</summary>
internal sealed record SpoolMetadata(
    string Id, string Tenant, string Device, string Group, string Model, string BaseModelSha256, long ParameterVersion, float Entropy,
    string ContentType, DateTimeOffset Captured, string? TraceParent, SampleWorth? Worth = null, SampleAudit? Audit = null)
{
    /// <summary>The metadata of a sample.</summary>
    public static SpoolMetadata Of(SampleUpload sample, SampleWorth worth) => new(
        sample.Id, sample.Tenant, sample.Device, sample.Group, sample.Model, sample.BaseModelSha256, sample.ParameterVersion, sample.Entropy,
        sample.ContentType, sample.Captured, sample.TraceParent, worth, sample.Audit);

    /// <summary>The sample with its content.</summary>
    public SampleUpload ToSample(ReadOnlyMemory<byte> content) => new()
    {
        Id = Id,
        Tenant = Tenant,
        Device = Device,
        Group = Group,
        Model = Model,
        BaseModelSha256 = BaseModelSha256,
        ParameterVersion = ParameterVersion,
        Entropy = Entropy,
        ContentType = ContentType,
        Content = content,
        Captured = Captured,
        TraceParent = TraceParent,
        Audit = Audit,
    };
}
