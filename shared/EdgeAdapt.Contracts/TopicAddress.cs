namespace EdgeAdapt.Contracts;

/// <summary>A topic taken apart.</summary>
/// <param name="Kind">What it carries.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Device">The device, or null for <see cref="TopicKind.GroupParameters"/>.</param>
/// <param name="Group">The adaptation group, or null for all other kinds.</param>
/// <param name="Model">The model's name, or null for <see cref="TopicKind.Status"/> and <see cref="TopicKind.SampleAcknowledgements"/>.</param>
public sealed record TopicAddress(TopicKind Kind, string Tenant, string? Device, string? Group, string? Model);
