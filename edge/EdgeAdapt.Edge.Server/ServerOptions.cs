using System.Net;

namespace EdgeAdapt.Edge.Server;

/// <summary>How the inference server listens and what it takes. <see cref="Faults"/> lists all faults at once, each with its remedy.</summary>
public sealed record ServerOptions
{
    /// <summary>Shortest <see cref="Token"/>: 16 characters.</summary>
    public const int ShortestToken = 16;

    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IPEndPoint Address { get; init; } = new(IPAddress.Loopback, 8080);

    /// <summary>
    /// What a client must send as bearer token to change the model: parameters, load, unload. Null for none: those are then open on a loopback
    /// address, and refused on any other.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>B, images in one run of the model; 1 to 256.</summary>
    public int MaximumBatch { get; init; } = 8;

    /// <summary>
    /// T, how long an image may wait for others to fill its batch; 0 to 1 s. With 0, the default, a batch is whatever came while the one before was
    /// running: a single client never waits.
    /// </summary>
    public TimeSpan BatchWait { get; init; }

    /// <summary>Images in the server at once, decoded, waiting or running; 1 to 4096. A request beyond it gets 429, one that alone has more 413.</summary>
    public int MaximumImages { get; init; } = 64;

    /// <summary>Largest body of a request in bytes; 64 KiB to 256 MiB. Four of them may be read at once.</summary>
    public long MaximumRequestBytes { get; init; } = 16 << 20;

    /// <summary>Whether images of requests join the frames of the agent: filter, statistics, outbox.</summary>
    public bool KeepSamples { get; init; } = true;

    /// <summary>Whether the page for operators and its API are there.</summary>
    public bool Page { get; init; } = true;

    /// <summary>Whether the page shows what the camera sees.</summary>
    public bool PagePictures { get; init; } = true;

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IEnumerable<string> Faults()
    {
        if (MaximumBatch is < 1 or > 256)
        {
            yield return $"A batch of {MaximumBatch} images cannot be. Give --http-batch 1 to 256, for example 8.";
        }

        if (BatchWait < TimeSpan.Zero || BatchWait > TimeSpan.FromSeconds(1))
        {
            yield return $"The batch wait is {BatchWait.TotalMilliseconds} ms. Give --http-batch-wait 0 to 1000 milliseconds.";
        }

        if (MaximumImages is < 1 or > 4096)
        {
            yield return $"{MaximumImages} images in the server cannot be. Give --http-images 1 to 4096, for example 64.";
        }

        if (MaximumRequestBytes is < 64 << 10 or > 256 << 20)
        {
            yield return $"A largest request of {MaximumRequestBytes} bytes cannot be. Give --http-megabytes 0.0625 to 256, for example 16.";
        }

        if (Token is { Length: < ShortestToken })
        {
            yield return $"The token for the server is shorter than {ShortestToken} characters. Write a longer one into the file of --http-token-file, for example that of `openssl rand -hex 32`.";
        }
    }
}
