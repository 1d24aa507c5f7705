using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests;

public sealed class ServerTests
{
    private const string Infer = ServerFixture.Model + "/infer";

    [Fact]
    public async Task Metadata_ServerAndModel_SayWhatTheyTake()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        JsonElement about = await server.GetAsync("/v2");
        Assert.Equal("edgeadapt-edge", about.GetProperty("name").GetString());
        Assert.Contains("binary_tensor_data", about.GetProperty("extensions").EnumerateArray().Select(e => e.GetString()));
        Assert.True((await server.GetAsync("/v2/health/live")).GetProperty("live").GetBoolean());
        Assert.True((await server.GetAsync("/v2/health/ready")).GetProperty("ready").GetBoolean());
        JsonElement ready = await server.GetAsync(ServerFixture.Model + "/ready");
        Assert.Equal(("tiny", true), (ready.GetProperty("name").GetString(), ready.GetProperty("ready").GetBoolean()));
        JsonElement model = await server.GetAsync(ServerFixture.Model);
        Assert.Equal(("tiny", "onnxruntime_onnx"), (model.GetProperty("name").GetString(), model.GetProperty("platform").GetString()));
        Assert.Equal("""[{"name":"images","datatype":"FP32","shape":[-1,3,12,12]}]""", model.GetProperty("inputs").GetRawText());
        Assert.Equal(
            """[{"name":"logits","datatype":"FP32","shape":[-1,4]},{"name":"probabilities","datatype":"FP32","shape":[-1,4]},{"name":"label","datatype":"BYTES","shape":[-1]}]""",
            model.GetProperty("outputs").GetRawText());
    }

    [Theory]
    [InlineData("GET", "/v2/models/other", 404, "'other'")]
    [InlineData("GET", "/v2/models/other/ready", 404, "'tiny'")]
    [InlineData("POST", "/v2/models/other/infer", 404, "'other'")]
    [InlineData("GET", "/v2/models/tiny/versions/1", 404, "/v2")]
    [InlineData("GET", "/nowhere", 404, "/nowhere")]
    [InlineData("GET", "/v2/models/tiny/infer", 405, "POST")]
    [InlineData("DELETE", "/v2/models/tiny", 405, "GET")]
    public async Task Request_NothingThere_AnswersTheErrorObject(string method, string path, int status, string part)
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(part, await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repository_UnloadAndLoad_StopAndStartTheAnswers()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        Assert.Equal("""[{"name":"tiny","state":"READY","reason":""}]""", await IndexAsync(server, string.Empty));
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v2/repository/models/tiny/unload", """{"parameters":{"unload_dependents":true}}""")).StatusCode);
        Assert.Equal("""[{"name":"tiny","state":"UNAVAILABLE","reason":"unloaded"}]""", await IndexAsync(server, "{}"));
        Assert.Equal("[]", await IndexAsync(server, """{"ready":true}"""));
        HttpResponseMessage refused = await server.PostAsync(Infer, "{}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("/load", await ServerFixture.ErrorAsync(refused), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync(new Uri("/v2/health/ready", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync(new Uri(ServerFixture.Model + "/ready", UriKind.Relative))).StatusCode);
        HttpResponseMessage configured = await server.PostAsync("/v2/repository/models/tiny/load", """{"parameters":{"config":"{}"}}""");
        Assert.Equal(HttpStatusCode.BadRequest, configured.StatusCode);
        Assert.Contains("'config'", await ServerFixture.ErrorAsync(configured), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v2/repository/models/tiny/load", string.Empty)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendImageAsync(server)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.PostAsync("/v2/repository/models/other/load", string.Empty)).StatusCode);
    }

    [Fact]
    public async Task Change_TokenSet_NeedsIt()
    {
        const string token = "0123456789abcdef0123";
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { Token = token });
        foreach (string path in new[] { "/v2/repository/models/tiny/load", "/v2/repository/models/tiny/unload", ServerFixture.Model + "/parameters" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(server, path, null)).StatusCode);
            HttpResponseMessage wrong = await SendAsync(server, path, "Bearer 0123456789abcdef0124");
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (wrong.StatusCode, wrong.Headers.WwwAuthenticate.Single().Scheme));
        }

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "/v2/repository/models/tiny/load", "Bearer " + token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendImageAsync(server)).StatusCode);
    }

    [Fact]
    public async Task Change_OpenAddressWithoutToken_IsRefused()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { Address = new IPEndPoint(IPAddress.Any, 0) });
        HttpResponseMessage response = await SendAsync(server, "/v2/repository/models/tiny/unload", null);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("--http-token-file", await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendImageAsync(server)).StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Host", "localhost:9", 200)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    public async Task Request_FromAPageElsewhere_IsRefused(string header, string value, int status)
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2");
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        Assert.Equal(status, (int)(await server.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Request_FromItsOwnPage_IsTaken()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2");
        request.Headers.Add("Origin", server.Server.Address.GetLeftPart(UriPartial.Authority));
        Assert.Equal(HttpStatusCode.OK, (await server.Http.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("cam.example", "https://cam.example", true, 200)]
    [InlineData("cam.example:8443", "https://cam.example:8443", true, 200)]
    [InlineData("cam.example", "https://cam.example", false, 403)]
    [InlineData("10.0.0.7:8080", "https://cam.example", true, 403)]
    public async Task Change_FromThePageBehindAProxy_NeedsTheHostAsItCameAndAToken(string host, string origin, bool hasToken, int status)
    {
        const string token = "0123456789abcdef0123";
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { Address = new IPEndPoint(IPAddress.Any, 0), Token = hasToken ? token : null });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/repository/models/tiny/load");
        request.Headers.Host = host;
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Authorization", "Bearer " + token);
        Assert.Equal(status, (int)(await server.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreClosedUntilOneEnds()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        List<TcpClient> open = [];
        try
        {
            for (int i = 0; i < 256; i++)
            {
                open.Add(Connect(server));
                Assert.Equal("HTTP/1.1 200 OK", await AskAsync(open[i]));
            }

            Assert.Null(await AskOnceAsync(server));
            open[0].Dispose();
            string? answer;
            do
            {
                answer = await AskOnceAsync(server);
            }
            while (answer is null);

            Assert.Equal("HTTP/1.1 200 OK", answer);
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_AboveTheLimit_Is413(bool chunked)
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { MaximumRequestBytes = 64 << 10 });
        using var request = new HttpRequestMessage(HttpMethod.Post, Infer) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string(' ', 70_000))) };
        request.Headers.TransferEncodingChunked = chunked;
        HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.NotEmpty(await ServerFixture.ErrorAsync(response));
        Assert.Equal(HttpStatusCode.OK, (await SendImageAsync(server)).StatusCode);
    }

    [Theory]
    [InlineData("/v2/repository/index", """{"\ud800":1}""")]
    [InlineData("/v2/repository/models/tiny/load", """{"parameters":{"\ud800":1}}""")]
    [InlineData("/v2/repository/models/tiny/unload", """{"\ud800parameters":1}""")]
    [InlineData("/device/v1/parameters/revert", """{"\ud800xx":1}""")]
    public async Task Body_NameWithHalfASurrogatePair_Is400(string path, string body)
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        HttpResponseMessage response = await server.PostAsync(path, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Send", await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendImageAsync(server)).StatusCode);
    }

    [Fact]
    public async Task Body_TooSlow_Is408AndGivesItsPlaceBack()
    {
        var time = new ManualTime();
        await using ServerFixture server = await ServerFixture.StartAsync(time: time);
        byte[] start = Encoding.ASCII.GetBytes($"POST {Infer} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {16 << 20}\r\n\r\n{{");

        // One more than there is room for at once.
        for (int i = 0; i < 5; i++)
        {
            Task<byte[]> slow = ProtocolExampleTests.ExchangeAsync(server.Server.Address, start);
            await time.TimerWithinAsync(TimeSpan.FromSeconds(75));
            time.Advance(TimeSpan.FromSeconds(75));
            Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(await slow.Reasonable()), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await SendImageAsync(server)).StatusCode);
    }

    [Fact]
    public async Task Body_Compressed_Is415()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.Http.PostAsync(new Uri(Infer, UriKind.Relative), content)).StatusCode);
    }

    [Fact]
    public async Task Infer_MoreImagesThanTheServerTakes_AnswersOneWith429()
    {
        // Each waits a second for others to fill a batch of 8, and together they are more than 4.
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { MaximumImages = 4, BatchWait = TimeSpan.FromSeconds(1) });
        HttpResponseMessage[] responses = await Task.WhenAll(SendImageAsync(server, 3), SendImageAsync(server, 3));
        HttpResponseMessage refused = Assert.Single(responses, r => r.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Single(responses, r => r.StatusCode == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await SendImageAsync(server, 4)).StatusCode);
    }

    [Fact]
    public async Task Infer_ClientGone_GivesItsPlaceBack()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { MaximumImages = 4, BatchWait = TimeSpan.FromSeconds(1) });
        using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendImageAsync(server, 3, gone.Token));
        HttpResponseMessage next;
        do
        {
            next = await SendImageAsync(server, 4);
        }
        while (next.StatusCode == HttpStatusCode.TooManyRequests);

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Start_PortInUse_SaysWhatToDo()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        var options = new ServerOptions { Address = new IPEndPoint(IPAddress.Loopback, server.Server.Address.Port) };
        var fault = await Assert.ThrowsAsync<IOException>(() => InferenceServer.StartAsync(
            server.Agent.Model, options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
        Assert.Contains("--http", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_EveryOptionWrong_NamesAllAtOnce()
    {
        var options = new ServerOptions { MaximumBatch = 0, BatchWait = TimeSpan.FromSeconds(2), MaximumImages = 0, MaximumRequestBytes = 1, Token = "short" };
        Assert.Equal(5, options.Faults().Count());
        Assert.Empty(new ServerOptions().Faults());
    }

    private static async Task<HttpResponseMessage> SendImageAsync(ServerFixture server, int count = 1, CancellationToken cancellationToken = default)
    {
        float[] images = TinyClassifier.ToTensor(TinyImages.Render(5, count).Frames).Values;
        (byte[] body, int header) = WireRequest.Binary("FP32", [count, 3, 12, 12], WireRequest.Floats(images));
        using var request = new HttpRequestMessage(HttpMethod.Post, Infer) { Content = new ByteArrayContent(body) };
        request.Headers.Add("Inference-Header-Content-Length", $"{header}");
        return await server.Http.SendAsync(request, cancellationToken).Reasonable();
    }

    private static async Task<HttpResponseMessage> SendAsync(ServerFixture server, string path, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await server.Http.SendAsync(request);
    }

    private static TcpClient Connect(ServerFixture server) => new("127.0.0.1", server.Server.Address.Port);

    private static async Task<string?> AskOnceAsync(ServerFixture server)
    {
        using TcpClient client = Connect(server);
        return await AskAsync(client);
    }

    /// <summary>The first line of the answer, after which the connection stays open; null where the server has closed it.</summary>
    private static async Task<string?> AskAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync("GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
            return await reader.ReadLineAsync().Reasonable();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<string> IndexAsync(ServerFixture server, string body)
    {
        HttpResponseMessage response = await server.PostAsync("/v2/repository/index", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
