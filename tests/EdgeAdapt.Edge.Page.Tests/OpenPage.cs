namespace EdgeAdapt.Edge.Page.Tests;

/// <summary>The device's page in a browser profile of its own, with everything that went wrong in it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    private OpenPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Errors in the console, failed scripts and requests to anybody but the device, so far.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults)
            {
                return [.. _faults];
            }
        }
    }

    public static async Task<OpenPage> StartAsync(Chromium chromium, string url, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 1000)
    {
        IBrowserContext context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "en-GB",
        });
        var open = new OpenPage(context, await context.NewPageAsync());
        open.Page.Console += (_, message) => open.Note(message.Type == "error", message.Text);
        open.Page.PageError += (_, error) => open.Note(true, error);
        context.Request += (_, request) => open.Note(!request.Url.StartsWith(url, StringComparison.Ordinal) && !request.Url.StartsWith($"blob:{url}", StringComparison.Ordinal), request.Url);
        await open.Page.GotoAsync(url);
        return open;
    }

    public ILocator this[string id] => Page.Locator($"#{id}");

    /// <summary>How many points of the chart's mean are drawn; more come with time.</summary>
    public Task<int> CountPointsAsync() => Page.Locator("#chart").EvaluateAsync<int>("box => [...box.querySelectorAll('polyline.mean')].reduce((n, line) => n + line.points.length, 0)");

    /// <summary>Waits until the chart has so many seconds.</summary>
    public Task WaitForSecondsAsync(int seconds) => Page.WaitForFunctionAsync(
        "n => [...document.querySelectorAll('polyline.mean')].reduce((sum, line) => sum + line.points.length, 0) >= n", seconds, new PageWaitForFunctionOptions { Timeout = 300_000 });

    public async Task<bool> ScrollsSidewaysAsync() => await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Note(bool isFault, string text)
    {
        if (isFault)
        {
            lock (_faults)
            {
                _faults.Add(text);
            }
        }
    }
}
