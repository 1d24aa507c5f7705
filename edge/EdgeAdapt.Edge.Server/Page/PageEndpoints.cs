using Microsoft.Net.Http.Headers;

namespace EdgeAdapt.Edge.Server.Page;

/// <summary>The page for operators: three files and an icon, which ask nobody but this server for anything.</summary>
internal static class PageEndpoints
{
    /// <summary>What a browser may do with the page: its own script and style and requests to its own server, and be in no frame of another page.</summary>
    public const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapPage(this WebApplication app)
    {
        foreach (PageAsset asset in PageAsset.All)
        {
            app.MapMethods(asset.Path, [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, asset));
        }
    }

    /// <summary>What every answer of the page and of its API says to a browser.</summary>
    public static void AddHeaders(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ContentPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>Whether the client has these bytes already; the answer is then 304 and no more.</summary>
    public static bool IsKnown(HttpContext context, string etag)
    {
        context.Response.Headers.ETag = etag;
        bool known = context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(new EntityTagHeaderValue(etag), useStrongComparison: false) || tag == EntityTagHeaderValue.Any);
        context.Response.StatusCode = known ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
        return known;
    }

    private static async Task WriteAsync(HttpContext context, PageAsset asset)
    {
        AddHeaders(context.Response);

        // Kept, but asked for each time: after an update of the agent the old script must not meet the new API.
        context.Response.Headers.CacheControl = "no-cache";
        if (IsKnown(context, asset.ETag))
        {
            return;
        }

        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(asset.Content, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
