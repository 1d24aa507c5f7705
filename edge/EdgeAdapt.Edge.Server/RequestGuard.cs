using System.Net;
using System.Security.Cryptography;
using System.Text;
using EdgeAdapt.Edge.Server.Protocol;

namespace EdgeAdapt.Edge.Server;

/// <summary>
/// Says which requests may come in at all, and which may change the model. A page in a browser on the device can send requests to a loopback
/// address as well as any program can, so those that come from pages of other origins, or under a name that someone pointed here, are refused.
/// </summary>
internal sealed class RequestGuard(ServerOptions options)
{
    private const string Scheme = "Bearer ";

    /// <summary>Checks any request.</summary>
    /// <exception cref="RequestException">It comes from a page of another origin.</exception>
    public void Check(HttpRequest request)
    {
        string host = request.Host.Host.Trim('[', ']');
        if (IPAddress.IsLoopback(options.Address.Address) && host != "localhost" && !IPAddress.TryParse(host, out _))
        {
            throw Forbidden($"This server listens for its own device alone and is asked as '{host}'. Ask as localhost or by address.");
        }

        string? origin = request.Headers.Origin;
        if (origin is not null && (!Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) || uri.Authority != request.Host.Value))
        {
            throw Forbidden($"Pages of '{origin}' may not send requests here.");
        }
    }

    /// <summary>What a request needs to change the model, or to see a picture.</summary>
    public AccessRule Rule => options.Token is not null ? AccessRule.Token : IPAddress.IsLoopback(options.Address.Address) ? AccessRule.Open : AccessRule.Closed;

    /// <summary>Checks a request that changes the model.</summary>
    /// <exception cref="RequestException">It lacks the token, or there is none to give.</exception>
    public void CheckChange(HttpContext context) => CheckToken(context, "Changes", "This request changes the model.");

    /// <summary>Checks a request for what the camera sees.</summary>
    /// <exception cref="RequestException">It lacks the token, or there is none to give.</exception>
    public void CheckPicture(HttpContext context) => CheckToken(context, "Pictures", "This request shows what the camera sees.");

    private void CheckToken(HttpContext context, string what, string need)
    {
        if (Rule == AccessRule.Open)
        {
            return;
        }

        if (options.Token is null)
        {
            throw Forbidden($"{what} over the network need a token. Start the agent with --http-token-file, and send the token as bearer token.");
        }

        string sent = context.Request.Headers.Authorization.ToString();
        bool right = sent.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && CryptographicOperations.FixedTimeEquals(Hash(sent[Scheme.Length..].Trim()), Hash(options.Token));
        if (!right)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new RequestException(StatusCodes.Status401Unauthorized, $"{need} Send the token of --http-token-file: Authorization: Bearer TOKEN.");
        }
    }

    // Equal lengths, so that the comparison takes the same time for any token.
    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static RequestException Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);
}
