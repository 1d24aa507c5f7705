namespace EdgeAdapt.Cloud.Core.Ingest;

/// <summary>Why a sample can never be accepted.</summary>
public enum RefusalReason
{
    /// <summary>The message does not follow the protocol.</summary>
    Malformed,

    /// <summary>The service does not adapt a model of this name.</summary>
    UnknownModel,

    /// <summary>The device runs another model file under this name.</summary>
    ForeignBaseModel,

    /// <summary>The picture cannot be decoded.</summary>
    Undecodable,

    /// <summary>The device names a group beyond the number of sessions allowed.</summary>
    TooManyGroups,
}
