namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>Names an adaptation session: devices with one model and like drift.</summary>
/// <param name="Model">The model's name as on topics.</param>
/// <param name="Group">The group's name as on topics.</param>
public sealed record SessionKey(string Model, string Group)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Model}/{Group}";
}
