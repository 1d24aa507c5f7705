using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace EdgeAdapt.Edge.Server.Tests.Page;

/// <summary>The files of the page as they go out.</summary>
public sealed partial class PageAssetTests
{
    private static readonly string[] Paths = ["/", "/page.css", "/page.js", "/page.svg"];

    [Fact]
    public async Task Get_EachFile_ComesWithItsTypeAndAStrictPolicy()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        long bytes = 0;
        foreach ((string path, string type) in Paths.Zip(["text/html", "text/css", "text/javascript", "image/svg+xml"]))
        {
            using HttpResponseMessage response = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            string policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
            bytes += (await response.Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.InRange(bytes, 1, 40_000);
    }

    [Fact]
    public async Task Get_NothingElsewhereIsAskedFor()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        foreach (string path in Paths)
        {
            string text = await server.Http.GetStringAsync(new Uri(path, UriKind.Relative));
            Assert.Empty(Address().Matches(text).Select(m => m.Value).Except(["http://www.w3.org/2000/svg"]));
            Assert.False(path == "/" && Inline().IsMatch(text), "the policy forbids inline script and style");
        }
    }

    [Fact]
    public async Task Get_KnownETag_Is304WithoutABody()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        foreach (string path in Paths)
        {
            using HttpResponseMessage first = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
            using HttpResponseMessage again = await SendAsync(server, HttpMethod.Get, path, first.Headers.ETag);
            Assert.Equal((HttpStatusCode.NotModified, 0L), (again.StatusCode, again.Content.Headers.ContentLength ?? 0));
            Assert.Equal(first.Headers.ETag, again.Headers.ETag);
            using HttpResponseMessage other = await SendAsync(server, HttpMethod.Get, path, new EntityTagHeaderValue("\"other\""));
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
            using HttpResponseMessage head = await SendAsync(server, HttpMethod.Head, path, null);
            Assert.Equal((HttpStatusCode.OK, first.Content.Headers.ContentLength), (head.StatusCode, head.Content.Headers.ContentLength));
        }
    }

    [Fact]
    public async Task Get_PageTurnedOff_IsNotThere()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { Page = false });
        foreach (string path in Paths.Append("/device/v1/state").Append("/device/v1/frame"))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        }

        Assert.False(server.Agent.Model.Answers.HoldsLatest);
    }

    /// <summary>WCAG 2.1 asks for 4.5 : 1 for text; the formula of relative luminance is theirs.</summary>
    [Fact]
    public async Task Colours_LightAndDark_CanBeRead()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        string css = await server.Http.GetStringAsync(new Uri("/page.css", UriKind.Relative));
        string[] schemes = [.. Root().Matches(css).Select(m => m.Groups[1].Value)];
        Assert.Equal(2, schemes.Length);
        foreach (string scheme in schemes)
        {
            Dictionary<string, double> light = Colour().Matches(scheme).ToDictionary(m => m.Groups[1].Value, m => Luminance(m.Groups[2].Value));
            foreach ((string text, string ground) in new[]
            {
                ("ink", "card"), ("ink", "ground"), ("ink", "soft"), ("quiet", "card"), ("quiet", "ground"), ("quiet", "soft"), ("on-accent", "accent"), ("good", "good-soft"),
                ("warn", "warn-soft"), ("bad", "bad-soft"), ("good", "card"), ("bad", "card"),
            })
            {
                double contrast = (Math.Max(light[text], light[ground]) + 0.05) / (Math.Min(light[text], light[ground]) + 0.05);
                Assert.True(contrast >= 4.5, $"{text} on {ground}: {contrast:0.00}");
            }
        }
    }

    private static double Luminance(string hex)
    {
        string full = hex.Length == 3 ? string.Concat(hex.Select(c => $"{c}{c}")) : hex;
        double Channel(int at)
        {
            double value = int.Parse(full.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }

    private static async Task<HttpResponseMessage> SendAsync(ServerFixture server, HttpMethod method, string path, EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(method, path);
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        return await server.Http.SendAsync(request);
    }

    [GeneratedRegex(@"https?://[^\s""'`<)]+")]
    private static partial Regex Address();

    [GeneratedRegex(@"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)")]
    private static partial Regex Inline();

    [GeneratedRegex(@":root \{([^}]*)\}")]
    private static partial Regex Root();

    [GeneratedRegex(@"--([\w-]+): #((?:[0-9a-f]{3}){1,2});")]
    private static partial Regex Colour();
}
