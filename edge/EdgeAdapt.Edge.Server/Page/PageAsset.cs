using System.Security.Cryptography;

namespace EdgeAdapt.Edge.Server.Page;

/// <summary>A file of the page, held in memory as it goes out.</summary>
/// <param name="Path">Where it is asked for.</param>
/// <param name="ContentType">Its content type.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record PageAsset(string Path, string ContentType, byte[] Content)
{
    /// <summary>Names these very bytes.</summary>
    public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Content))[..16]}\"";

    /// <summary>All files of the page.</summary>
    public static IReadOnlyList<PageAsset> All { get; } =
    [
        Load("/", "page.html", "text/html; charset=utf-8"),
        Load("/page.css", "page.css", "text/css; charset=utf-8"),
        Load("/page.js", "page.js", "text/javascript; charset=utf-8"),
        Load("/page.svg", "page.svg", "image/svg+xml"),
    ];

    private static PageAsset Load(string path, string name, string contentType)
    {
        using Stream stream = typeof(PageAsset).Assembly.GetManifestResourceStream($"page/{name}") ?? throw new InvalidOperationException($"The assembly lacks the page's file '{name}'.");
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new PageAsset(path, contentType, content);
    }
}
