using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests.Page;

/// <summary>The API of the page, endpoint by endpoint.</summary>
public sealed class DeviceApiTests
{
    private const string Api = "/device/v1/";
    private const string Token = "0123456789abcdef0123";

    [Fact]
    public async Task State_AfterAnswers_SaysHowTheAgentStands()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(change: o => o with { Upload = o.Upload with { Budget = o.Upload.Budget with { BytesPerHour = 1_000_000 } } });
        await AnswerAsync(server, 3);
        JsonElement state = await server.GetAsync(Api + "state");
        Assert.Equal((Samples.Device, "tiny", 4), (Text(state, "agent", "device"), Text(state, "agent", "model"), state.GetProperty("agent").GetProperty("classes").GetInt32()));
        Assert.Equal((3, 0), (Number(state, "frames", "seen"), Number(state, "frames", "failed")));
        Assert.Equal((0, JsonValueKind.Null), (Number(state, "parameters", "version"), state.GetProperty("cloud").GetProperty("broker").ValueKind));
        Assert.Equal(Math.Log(4), state.GetProperty("filter").GetProperty("largest_entropy").GetDouble(), 12);
        JsonElement window = Assert.Single(state.GetProperty("uploads").GetProperty("budget").EnumerateArray());
        Assert.Equal((3600, 1_000_000, 0, 1_000_000), (Number(window, "seconds"), Number(window, "limit_bytes"), Number(window, "spent_bytes"), Number(window, "left_bytes")));
        Assert.Equal(("open", true), (Text(state, "page", "access"), state.GetProperty("page").GetProperty("pictures").GetBoolean()));
    }

    [Fact]
    public async Task State_OutboxMadeSmaller_SaysWhatItMayTakeNow()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        EdgeAgentOptions options = server.Agent.Model.Options;
        await server.Agent.ReconfigureAsync(options with { Outbox = options.Outbox with { MaximumBytes = 32 << 20 } });
        Assert.Equal(32 << 20, Number(await server.GetAsync(Api + "state"), "outbox", "limit_bytes"));
    }

    [Fact]
    public async Task Answers_AskedOnFrom_GivesTheNewOnesAlone()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        Assert.Equal("""{"last":-1,"answers":[]}""", (await server.GetAsync(Api + "answers")).GetRawText());
        float[][] logits = await AnswerAsync(server, 5);
        JsonElement all = await server.GetAsync(Api + "answers");
        Assert.Equal(4, Number(all, "last"));
        JsonElement[] answers = [.. all.GetProperty("answers").EnumerateArray()];
        Assert.Equal(5, answers.Length);
        for (int i = 0; i < answers.Length; i++)
        {
            double[] p = [.. logits[i].Select(l => Math.Exp(l - logits[i].Max()))];
            p = [.. p.Select(v => v / p.Sum())];
            Assert.Equal((i, Array.IndexOf(logits[i], logits[i].Max())), (Number(answers[i], "number"), Number(answers[i], "class")));
            Assert.Equal(p.Max(), answers[i].GetProperty("confidence").GetDouble(), 1e-5);
            Assert.Equal(-p.Sum(v => v * Math.Log(v)), answers[i].GetProperty("entropy").GetDouble(), 1e-4);
        }

        Assert.Equal([3, 4], Numbers(await server.GetAsync(Api + "answers?after=2"), "answers"));
        Assert.Equal([4], Numbers(await server.GetAsync(Api + "answers?limit=1"), "answers"));
        Assert.Empty(Numbers(await server.GetAsync(Api + "answers?after=4"), "answers"));
    }

    [Fact]
    public async Task Entropy_AfterAnswers_SumsThemUp()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        await AnswerAsync(server, 6);
        JsonElement[] answers = [.. (await server.GetAsync(Api + "answers")).GetProperty("answers").EnumerateArray()];
        JsonElement[] seconds = [.. (await server.GetAsync(Api + "entropy")).GetProperty("seconds").EnumerateArray()];
        Assert.Equal(6, seconds.Sum(s => Number(s, "answers")));
        double[] entropies = [.. answers.Select(a => a.GetProperty("entropy").GetDouble())];
        Assert.Equal(entropies.Sum(), seconds.Sum(s => s.GetProperty("mean_entropy").GetDouble() * Number(s, "answers")), 1e-4);
        Assert.Equal((entropies.Min(), entropies.Max()), (seconds.Min(s => s.GetProperty("lowest_entropy").GetDouble()), seconds.Max(s => s.GetProperty("highest_entropy").GetDouble())));
        Assert.Equal(answers.Count(a => a.GetProperty("kept").GetBoolean()), seconds.Sum(s => Number(s, "kept")));
        Assert.Empty(Numbers(await server.GetAsync($"{Api}entropy?from={seconds.Length}"), "seconds"));
    }

    [Fact]
    public async Task Drift_AfterAnswers_CountsThem()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(change: o => o with { Drift = o.Drift with { Window = 4 } });
        Assert.Equal(0, Number(await server.GetAsync(Api + "drift"), "frames"));
        await AnswerAsync(server, 6);
        JsonElement drift = await server.GetAsync(Api + "drift");
        Assert.Equal((6, 4), (Number(drift, "frames"), Number(drift, "recent", "frames")));
        Assert.Equal((6, 4), (drift.GetProperty("classes").EnumerateArray().Sum(c => Number(c, "total")), drift.GetProperty("classes").EnumerateArray().Sum(c => Number(c, "recent"))));
        Assert.Equal(6, drift.GetProperty("total").GetProperty("entropy").EnumerateArray().Sum(b => b.GetInt32()));
    }

    [Theory]
    [InlineData("answers?after=x")]
    [InlineData("answers?after=-2")]
    [InlineData("answers?limit=0")]
    [InlineData("answers?limit=601")]
    [InlineData("entropy?from=-1")]
    [InlineData("entropy?from=")]
    [InlineData("entropy?from=99999999999999999999")]
    public async Task Get_BadNumber_Is400(string query)
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        using HttpResponseMessage response = await server.Http.GetAsync(new Uri(Api + query, UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("whole number", await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revert_SwappedSet_GoesBackAndKeepsTheHistory()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        await TakeAsync(server, 1);
        await TakeAsync(server, 2);
        JsonElement before = await server.GetAsync(Api + "parameters");
        Assert.Equal([2, 1], before.GetProperty("kept").EnumerateArray().Select(k => Number(k, "version")));
        JsonElement after = await ServerFixture.JsonAsync(await RevertAsync(server, string.Empty));
        Assert.Equal(1, Number(after, "version"));
        JsonElement[] kept = [.. after.GetProperty("kept").EnumerateArray()];
        Assert.Contains("operator", Text(kept[0], "taken_back"), StringComparison.Ordinal);
        Assert.Equal((JsonValueKind.Null, true), (kept[1].GetProperty("taken_back").ValueKind, kept[1].GetProperty("active").GetBoolean()));
        JsonElement last = after.GetProperty("events").EnumerateArray().Last();
        Assert.Equal(("reverted", 1, 2), (Text(last, "outcome"), Number(last, "version"), Number(last, "reverted")));

        Assert.Equal(2, Number(await ServerFixture.JsonAsync(await RevertAsync(server, """{"version":2}""")), "version"));
        Assert.Equal(0, Number(await ServerFixture.JsonAsync(await RevertAsync(server, """{"version":0}""")), "version"));
        Assert.Contains(server.Files.Logger.Lines, l => l.Id == Contracts.EventIds.EdgeServer + 5);
    }

    [Theory]
    [InlineData("""{"version":0}""", "application/json", 409, "answers already")]
    [InlineData("", "application/json", 409, "nothing before it")]
    [InlineData("""{"version":7}""", "application/json", 409, "not kept")]
    [InlineData("""{"version":-1}""", "application/json", 400, "\"version\"")]
    [InlineData("""{"version":1.5}""", "application/json", 400, "\"version\"")]
    [InlineData("""{"version":"1"}""", "application/json", 400, "\"version\"")]
    [InlineData("[1]", "application/json", 400, "\"version\"")]
    [InlineData("{", "application/json", 400, "\"version\"")]
    [InlineData("""{"version":1}""", "text/plain", 415, "application/json")]
    [InlineData("version=1", "application/x-www-form-urlencoded", 415, "application/json")]
    public async Task Revert_NothingToDoOrMalformed_SaysWhy(string body, string type, int status, string part)
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        using HttpResponseMessage response = await RevertAsync(server, body, type: type);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(part, await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revert_LongBody_Is413()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await RevertAsync(server, new string(' ', 5000))).StatusCode);
    }

    [Fact]
    public async Task RevertAndFrame_TokenSet_NeedIt()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { Token = Token });
        await server.Agent.Model.OfferAsync(ParameterSetFile.ToBytes(Tiny.Set(1)), null, CancellationToken.None).Reasonable();
        await AnswerAsync(server, 1);
        Assert.Equal("token", Text(await server.GetAsync(Api + "state"), "page", "access"));
        foreach (string? sent in new[] { null, "0123456789abcdef0124" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await RevertAsync(server, string.Empty, sent)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await FrameAsync(server, sent)).StatusCode);
        }

        Assert.Equal(1, server.Agent.ParameterVersion);
        Assert.Equal(HttpStatusCode.OK, (await FrameAsync(server, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await RevertAsync(server, string.Empty, Token)).StatusCode);
        Assert.Equal(0, server.Agent.ParameterVersion);
    }

    [Fact]
    public async Task RevertAndFrame_OpenAddressWithoutToken_AreRefused()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { Address = new IPEndPoint(IPAddress.Any, 0) });
        await AnswerAsync(server, 1);
        Assert.Equal("closed", Text(await server.GetAsync(Api + "state"), "page", "access"));
        Assert.Equal(HttpStatusCode.Forbidden, (await RevertAsync(server, string.Empty)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await FrameAsync(server, null)).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task Revert_FromAPageElsewhere_IsRefused(string origin)
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        await TakeAsync(server, 1);
        Assert.Equal(HttpStatusCode.Forbidden, (await RevertAsync(server, string.Empty, origin: origin)).StatusCode);
        Assert.Equal(1, server.Agent.ParameterVersion);
        Assert.Equal(HttpStatusCode.OK, (await RevertAsync(server, string.Empty, origin: server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority))).StatusCode);
    }

    [Fact]
    public async Task Frame_PixelsFileOrInput_ComesAsAPictureWithItsAnswer()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await FrameAsync(server, null)).StatusCode);
        await AnswerAsync(server, 1);
        HttpResponseMessage png = await FrameAsync(server, null);
        byte[] bytes = await png.Content.ReadAsByteArrayAsync();
        Assert.Equal(("image/png", 0x89, "PNG"), (png.Content.Headers.ContentType!.MediaType, bytes[0], Encoding.ASCII.GetString(bytes[1..4])));
        using var answer = JsonDocument.Parse(png.Headers.GetValues("EdgeAdapt-Answer").Single());
        Assert.Equal(0, answer.RootElement.GetProperty("number").GetInt32());
        Assert.Equal("no-store", png.Headers.CacheControl!.ToString());

        // Shown again it has not changed, and nothing is sent.
        using var again = new HttpRequestMessage(HttpMethod.Get, Api + "frame");
        again.Headers.IfNoneMatch.Add(png.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await server.Http.SendAsync(again)).StatusCode);

        // A file goes out as it came; the one before is shown for a quarter of a second, however often somebody asks.
        byte[] file = bytes;
        await server.Agent.Model.ObserveAsync(new Frame { Name = "file", Bytes = file }, new float[3 * 12 * 12], [4, 3, 2, 1], 0, DateTimeOffset.UnixEpoch);
        HttpResponseMessage next;
        do
        {
            next = await FrameAsync(server, null);
        }
        while (next.Headers.ETag!.Equals(png.Headers.ETag));

        Assert.Equal(file, await next.Content.ReadAsByteArrayAsync());

        // Of one without a picture the model's input is shown.
        await server.Agent.Model.ObserveAsync(new Frame { Name = "input" }, new float[3 * 12 * 12], [4, 3, 2, 1], 0, DateTimeOffset.UnixEpoch);
        do
        {
            png = await FrameAsync(server, null);
        }
        while (next.Headers.ETag!.Equals(png.Headers.ETag));

        Assert.Equal("image/png", png.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Frame_PicturesTurnedOff_IsRefusedAndNoneIsHeld()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { PagePictures = false });
        await AnswerAsync(server, 1);
        Assert.Equal(HttpStatusCode.Forbidden, (await FrameAsync(server, null)).StatusCode);
        Assert.Null(server.Agent.Model.PictureOfLatest());
        Assert.Equal(1, Number(await server.GetAsync(Api + "answers"), "answers", "length"));
    }

    private static async Task<float[][]> AnswerAsync(ServerFixture server, int count)
    {
        LabeledTinyImages images = new(count);
        for (int i = 0; i < count; i++)
        {
            await server.Agent.Model.ObserveAsync(images.Frame(i), images.Input(i), LabeledTinyImages.Logits(i), 0, DateTimeOffset.UnixEpoch.AddSeconds(i));
        }

        return [.. Enumerable.Range(0, count).Select(LabeledTinyImages.Logits)];
    }

    private static async Task TakeAsync(ServerFixture server, long version) =>
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(ServerFixture.Model + "/parameters", ParameterSetFile.ToBytes(Tiny.Set(version)))).StatusCode);

    private static async Task<HttpResponseMessage> RevertAsync(ServerFixture server, string body, string? token = null, string type = "application/json", string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Api + "parameters/revert") { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await server.Http.SendAsync(request).Reasonable();
    }

    private static async Task<HttpResponseMessage> FrameAsync(ServerFixture server, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Api + "frame");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await server.Http.SendAsync(request).Reasonable();
    }

    private static IEnumerable<int> Numbers(JsonElement answer, string list) => [.. answer.GetProperty(list).EnumerateArray().Select(e => Number(e, "number"))];

    private static int Number(JsonElement json, params string[] path) =>
        path[^1] == "length" ? json.GetProperty(path[0]).GetArrayLength() : (int)path.Aggregate(json, (e, name) => e.GetProperty(name)).GetDouble();

    private static string Text(JsonElement json, params string[] path) => path.Aggregate(json, (e, name) => e.GetProperty(name)).GetString()!;

    /// <summary>Pixels, the model's input, and logits that differ from picture to picture.</summary>
    private sealed class LabeledTinyImages(int count)
    {
        private readonly byte[] _pixels = TinyImages.Render(5, count).Frames;

        public Frame Frame(int i) => new() { Name = $"frame {i}", Bytes = _pixels.AsMemory(i * 432, 432), Height = TinyImages.Size, Width = TinyImages.Size };

        public float[] Input(int i) => TinyClassifier.ToTensor(_pixels).Sample(i).ToArray();

        public static float[] Logits(int i) => [i % 3, (i + 1) % 4, 0.5f * i, 1];
    }
}
