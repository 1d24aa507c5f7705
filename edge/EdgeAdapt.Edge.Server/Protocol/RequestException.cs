namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>A request that cannot be answered as it is. The message says why and what to send instead.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status: 400 to 499, or 503 where the device is at fault or busy and the same request may be answered later.</summary>
    public int Status { get; } = status;

    /// <summary>A request that contradicts the protocol or the model.</summary>
    public static RequestException Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
