using System.Text.Json.Serialization;

namespace EdgeAdapt.ParameterSets;

/// <summary>What a parameter set is, whom it fits and where it comes from. Travels in the header of the set's own file.</summary>
public sealed record ParameterSetManifest
{
    /// <summary>The schema that this version of the product writes and reads.</summary>
    public const string CurrentSchema = "edgeadapt.parameters.v1";

    /// <summary>The manifest's schema; anything but <see cref="CurrentSchema"/> is refused.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>SHA-256 of the model file the set belongs to, lower-case hexadecimal.</summary>
    public required string BaseModelSha256 { get; init; }

    /// <summary>Counts up from 1 within a scope; a device keeps the highest it has seen.</summary>
    public required long Version { get; init; }

    /// <summary>The version this one was trained from; 0 for the base model itself.</summary>
    public long Parent { get; init; }

    /// <summary>Which devices it is meant for: the adaptation group, or "offline" for a set made on the command line.</summary>
    public string Scope { get; init; } = "offline";

    /// <summary>
    /// When it was made, UTC. Left out by the offline command line, whose output depends on its inputs alone.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Created { get; init; }

    /// <summary>
    /// When an operator sent this version anew, UTC; null for a set as it was trained. A device takes such a set although it gave the version up or has a higher one,
    /// once: the next must be later.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Reissued { get; init; }

    /// <summary>SHA-256 of the teacher model file, or null where no teacher took part.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TeacherSha256 { get; init; }

    /// <summary>Uploaded samples that the training has seen so far.</summary>
    public long SamplesSeen { get; init; }

    /// <summary>Adaptation steps taken so far.</summary>
    public long Steps { get; init; }
}
