namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>Which way bytes go through a relay.</summary>
internal enum RelayDirection
{
    ToBroker,
    ToClient,
}
