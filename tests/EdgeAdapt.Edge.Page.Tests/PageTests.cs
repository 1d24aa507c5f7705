using System.Globalization;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Server;

namespace EdgeAdapt.Edge.Page.Tests;

/// <summary>The page as an operator uses it, in a real browser on a real agent.</summary>
public sealed class PageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Token = "0123456789abcdef0123";

    [BrowserFact]
    public async Task Load_RunningAgent_ShowsFramesAnswersAndNumbers()
    {
        await using RoadSignAgent agent = await RoadSignAgent.StartAsync();
        await using OpenPage page = await OpenPage.StartAsync(chromium, agent.Url);
        await Expect(page["device"]).ToHaveTextAsync(RoadSignAgent.Device);
        await Expect(page["live"]).ToHaveTextAsync("live");
        await Expect(page["cloud"]).ToHaveTextAsync("connected to the cloud");
        await Expect(page["picture"]).ToBeVisibleAsync();
        Assert.Equal(RoadSigns.Size, await page["picture"].EvaluateAsync<int>("image => image.naturalWidth"));
        Assert.Contains((await page["label"].TextContentAsync())!.Replace(' ', '_'), RoadSigns.ClassNames);
        await Expect(page.Page.Locator("#answers tr")).ToHaveCountAsync(10);
        await Expect(page["answered"]).Not.ToHaveTextAsync("0");
        await Expect(page.Page.Locator("#budget .bar")).ToHaveCountAsync(2);
        await Expect(page["drift"]).ToBeVisibleAsync();
        await Expect(page["drift-recent"]).ToHaveTextAsync("last 100 frames");
        Assert.Empty(page.Faults);
    }

    [BrowserFact]
    public async Task Chart_WhileFramesCome_GrowsAndReadsValuesByKeyAndPointer()
    {
        await using RoadSignAgent agent = await RoadSignAgent.StartAsync();
        await using OpenPage page = await OpenPage.StartAsync(chromium, agent.Url);
        await page.WaitForSecondsAsync(1);
        await page.WaitForSecondsAsync(await page.CountPointsAsync() + 2);
        await page["chart"].FocusAsync();
        await page["chart"].PressAsync("ArrowLeft");
        await Expect(page["reading"]).ToContainTextAsync("nats (");
        await page["chart"].PressAsync("Home");
        string? first = await page["reading"].TextContentAsync();
        await page["chart"].PressAsync("End");
        await Expect(page["reading"]).Not.ToHaveTextAsync(first!);
        await page["label"].HoverAsync();
        await page["chart"].HoverAsync();
        await Expect(page["reading"]).ToContainTextAsync("kept");
        Assert.Empty(page.Faults);
    }

    [BrowserFact]
    public async Task Revert_Confirmed_GoesBackAndSaysSo()
    {
        await using RoadSignAgent agent = await RoadSignAgent.StartAsync();
        await using OpenPage page = await OpenPage.StartAsync(chromium, agent.Url);
        await Expect(page["revert"]).ToBeDisabledAsync();
        await agent.SwapAsync(1);
        await agent.SwapAsync(2);
        await Expect(page["parameters-now"]).ToContainTextAsync("Version 2 answers");
        await Expect(page.Page.Locator("#events li").First).ToContainTextAsync("Version 2 answers.");
        await Expect(page.Page.Locator("#chart line.mark.activated")).ToHaveCountAsync(2);

        // Cancelled, nothing happens.
        await page["revert"].ClickAsync();
        await page["confirm"].GetByText("Cancel").ClickAsync();
        await Expect(page["confirm"]).ToBeHiddenAsync();
        Assert.Equal(2, agent.Agent.ParameterVersion);

        await page["revert"].ClickAsync();
        await Expect(page["confirm-text"]).ToContainTextAsync("Version 2 answers now");
        await page["confirm-yes"].ClickAsync();
        await Expect(page["said"]).ToHaveTextAsync("Done: version 1 answers now.");
        Assert.Equal((1, 1), (agent.Agent.ParameterVersion, agent.Agent.Counters.Reversals));
        await Expect(page.Page.Locator("#events li").First).ToContainTextAsync("operator");
        await Expect(page.Page.Locator("#kept tr").First).ToContainTextAsync("taken back");
        await Expect(page.Page.Locator("#chart line.mark.reverted")).ToHaveCountAsync(1);

        // And to a chosen one: the model as built.
        await page.Page.GetByLabel("Go back to the model as built").ClickAsync();
        await page["confirm-yes"].ClickAsync();
        await Expect(page["said"]).ToHaveTextAsync("Done: the model as built answers now.");
        Assert.Equal(0, agent.Agent.ParameterVersion);
        await Expect(page["revert"]).ToBeDisabledAsync();
        Assert.Empty(page.Faults);
    }

    [BrowserFact]
    public async Task Token_AbsentOrWrong_IsAskedFor()
    {
        await using RoadSignAgent agent = await RoadSignAgent.StartAsync(new ServerOptions { Token = Token });
        await using OpenPage page = await OpenPage.StartAsync(chromium, agent.Url);
        await Expect(page["no-picture-text"]).ToContainTextAsync("need the token");
        await Expect(page["label"]).Not.ToHaveTextAsync("–");
        await agent.SwapAsync(1);
        await Expect(page["revert"]).ToBeEnabledAsync();
        await page["revert"].ClickAsync();
        await page["confirm-yes"].ClickAsync();
        await Expect(page["ask"]).ToBeVisibleAsync();
        await Expect(page["ask-wrong"]).ToBeHiddenAsync();
        await page["token"].FillAsync("wrong-wrong-wrong-wrong");
        await page["ask"].GetByText("Use it").ClickAsync();
        await Expect(page["ask-wrong"]).ToBeVisibleAsync();
        Assert.Equal(1, agent.Agent.ParameterVersion);
        await page["token"].FillAsync(Token);
        await page["token"].PressAsync("Enter");
        await Expect(page["said"]).ToHaveTextAsync("Done: the model as built answers now.");
        await Expect(page["picture"]).ToBeVisibleAsync();

        // The refused ones alone are in the console: that of the token, and perhaps of a picture with it.
        Assert.All(page.Faults, fault => Assert.Contains("401", fault, StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Pictures_TurnedOff_SaysSo()
    {
        await using RoadSignAgent agent = await RoadSignAgent.StartAsync(new ServerOptions { PagePictures = false });
        await using OpenPage page = await OpenPage.StartAsync(chromium, agent.Url);
        await Expect(page["no-picture-text"]).ToHaveTextAsync("Pictures are turned off on this device.");
        await Expect(page["label"]).Not.ToHaveTextAsync("–");
        await Expect(page["picture"]).ToBeHiddenAsync();
        Assert.Empty(page.Faults);
    }

    [BrowserFact]
    public async Task Agent_GoneAndBack_IsSaidAndGoesOnByItself()
    {
        await using RoadSignAgent agent = await RoadSignAgent.StartAsync();
        await using OpenPage page = await OpenPage.StartAsync(chromium, agent.Url);
        await Expect(page["live"]).ToHaveTextAsync("live");
        await agent.StopServerAsync();
        await Expect(page["lost"]).ToContainTextAsync("has not answered since");
        await Expect(page["live"]).ToHaveTextAsync("no contact");
        await Expect(page["revert"]).ToBeDisabledAsync();
        await agent.RestartServerAsync();
        await Expect(page["live"]).ToHaveTextAsync("live");
        await Expect(page["lost"]).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Layout_WideAndNarrowLightAndDark_FitsEach()
    {
        await using RoadSignAgent agent = await RoadSignAgent.StartAsync();
        string folder = Directory.CreateDirectory(Environment.GetEnvironmentVariable("EDGEADAPT_SCREENSHOTS") ?? Path.Combine(Path.GetTempPath(), "edgeadapt-page")).FullName;
        int seconds = int.Parse(Environment.GetEnvironmentVariable("EDGEADAPT_SCREENSHOT_SECONDS") ?? "3", CultureInfo.InvariantCulture);
        Func<Task>[] history = [() => agent.SwapAsync(1), () => agent.SwapAsync(2), () => agent.Agent.Model.RevertAsync(null, CancellationToken.None).Reasonable()];
        await using (OpenPage first = await OpenPage.StartAsync(chromium, agent.Url))
        {
            for (int i = 0; i < history.Length; i++)
            {
                await first.WaitForSecondsAsync(seconds * (i + 1) / 4);
                await history[i]();
            }
        }

        foreach ((string name, ColorScheme scheme, int width) in new[] { ("light", ColorScheme.Light, 1280), ("dark", ColorScheme.Dark, 1280), ("phone", ColorScheme.Light, 390), ("phone-dark", ColorScheme.Dark, 390) })
        {
            await using OpenPage page = await OpenPage.StartAsync(chromium, agent.Url, scheme, width, width > 400 ? 1000 : 844);
            await Expect(page["picture"]).ToBeVisibleAsync();
            await Expect(page["drift-classes"].Locator("svg")).ToBeVisibleAsync();
            await page.WaitForSecondsAsync(seconds);
            Assert.False(await page.ScrollsSidewaysAsync(), name);
            string ground = scheme == ColorScheme.Dark ? "rgb(14, 19, 25)" : "rgb(243, 245, 248)";
            Assert.Equal(ground, await page.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
            await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
            Assert.Empty(page.Faults);
        }
    }
}
