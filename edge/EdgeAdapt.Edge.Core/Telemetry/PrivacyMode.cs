namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>What may leave a device. docs/telemetry.md lists each message of each mode. Parameter sets are received in all of them.</summary>
public enum PrivacyMode
{
    /// <summary>Selected images too.</summary>
    Images,

    /// <summary>Statistics, telemetry and status, but never an image: none is put into the outbox, and none that waits there from before is sent.</summary>
    Statistics,

    /// <summary>Only that the device is there, and which versions it runs.</summary>
    Nothing,
}
