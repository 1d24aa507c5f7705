namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>An output that a request asks for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsBinary">Whether it is wanted in binary form; null where the request's own setting counts.</param>
internal sealed record RequestedOutput(string Name, bool? IsBinary);
