using System.Net;
using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.Edge.Core.Tests.Answering;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Server.Batching;
using EdgeAdapt.Edge.Server.Protocol;
using EdgeAdapt.Testing.Metrics;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests;

/// <summary>Which requests share a run of the model, how long they wait for one, and what they hold meanwhile; by a clock that the test moves.</summary>
public sealed class BatchingTests
{
    private const string Infer = ServerFixture.Model + "/infer";
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly float[] Image = TinyClassifier.ToTensor(TinyImages.Render(5, 1).Frames).Values;
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Infer_SmallBodiesOfUnknownLength_ShareOneRun()
    {
        // Only a full batch ends the wait, so an answer shows that five were in the server at once: more than bodies of the largest size.
        const int requests = 5;
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { MaximumBatch = requests, BatchWait = Wait }, time: _time);
        List<Task<HttpResponseMessage>> asked = [];
        for (int i = 1; i <= requests; i++)
        {
            asked.Add(SendAsync(server, Image, chunked: true));
            int admitted = i;
            await Within.UntilAsync(() => asked.Any(a => a.IsCompleted) || Read(server, "edgeadapt_server_images") == admitted);
        }

        Assert.All(await Task.WhenAll(asked).Reasonable(), r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
        Assert.Equal(1, Read(server, "edgeadapt_inference_duration_seconds_count"));
    }

    [Fact]
    public async Task Infer_LoneImage_IsAnsweredAfterTheWait()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { BatchWait = Wait }, time: _time);
        Task<HttpResponseMessage> asked = SendAsync(server, Image);
        await _time.TimerWithinAsync(Wait);
        Assert.False(asked.IsCompleted);
        _time.Advance(Wait);
        Assert.Equal(HttpStatusCode.OK, (await asked.Reasonable()).StatusCode);
    }

    [Fact]
    public async Task DisposeAsync_RequestUnderWay_LetsItFinish()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { BatchWait = Wait }, time: _time);
        Task<HttpResponseMessage> asked = SendAsync(server, Image);
        await _time.TimerWithinAsync(Wait);
        Task disposal = server.Server.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted || asked.IsCompleted);
        _time.Advance(Wait);
        HttpResponseMessage response = await asked.Reasonable();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty((await WireRequest.ReadAsync(response)).Tensors);
        await disposal.Reasonable();
        Assert.Equal(1, server.Agent.Counters.Answered);
    }

    [Fact]
    public async Task AnswerAsync_ClientGoneMeanwhile_HoldsItsPlaceUntilTheImagesLeave()
    {
        using var files = new AgentFixture();
        await using EdgeAgent agent = files.Open(files.Options(string.Empty) with { TakesRequests = true, Broker = null }, new OfflineUplink());
        await using var service = new InferenceService(agent.Model, new ServerOptions { BatchWait = Wait }, _time, files.Logger);
        using var gone = new CancellationTokenSource();
        (byte[] body, int header) = WireRequest.Binary("FP32", [1, 3, 12, 12], WireRequest.Floats(Image));
        Task<InferenceResponse> asked = service.AnswerAsync(InferenceRequestReader.Read(body, header), gone.Token);
        await _time.TimerWithinAsync(Wait);
        await gone.CancelAsync();
        Assert.Equal((false, 1L), (asked.IsCompleted, service.Admitted));
        _time.Advance(Wait);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.Reasonable());
        Assert.Equal((0L, 0L), (service.Admitted, service.Answered));
    }

    [Fact]
    public async Task RunAsync_ClientGoneBeforeTheRun_IsLeftOut()
    {
        using var files = new AgentFixture();
        await using EdgeAgent agent = files.Open(files.Options(string.Empty) with { TakesRequests = true, Broker = null }, new OfflineUplink());
        await using var runner = new BatchRunner(agent.Model, new ServerOptions { BatchWait = Wait }, _time);
        Task<BatchAnswer> left = runner.RunAsync([Image], new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.Reasonable());
    }

    [Fact]
    public async Task Infer_ModelFailsOnOneRequest_AnswersTheOthersOfItsBatch()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(
            new ServerOptions { MaximumBatch = 2, BatchWait = Wait }, o =>
            {
                File.WriteAllBytes(o.Model, FragileClassifier.CreateBytes());
                return o;
            }, _time);
        Task<HttpResponseMessage> sound = SendAsync(server, Image);
        await _time.TimerWithinAsync(Wait);
        Task<HttpResponseMessage> failing = SendAsync(server, [.. Image.Select(v => FragileClassifier.Limit + v)]);
        Assert.Equal(HttpStatusCode.OK, (await sound.Reasonable()).StatusCode);

        HttpResponseMessage failed = await failing.Reasonable();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.NotNull(failed.Headers.RetryAfter);
        Assert.Contains("parameter version 0", await ServerFixture.ErrorAsync(failed), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(ServerFixture server, float[] image, bool chunked = false)
    {
        (byte[] body, int header) = WireRequest.Binary("FP32", [1, 3, 12, 12], WireRequest.Floats(image));
        using var request = new HttpRequestMessage(HttpMethod.Post, Infer) { Content = new ByteArrayContent(body) };
        request.Headers.Add("Inference-Header-Content-Length", $"{header}");
        request.Headers.TransferEncodingChunked = chunked;
        return await server.Http.SendAsync(request);
    }

    private static double Read(ServerFixture server, string metric)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        using HttpResponseMessage response = server.Http.Send(request);
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return ExpositionParser.Parse(reader.ReadToEnd(), openMetrics: false).Value(metric);
    }
}
