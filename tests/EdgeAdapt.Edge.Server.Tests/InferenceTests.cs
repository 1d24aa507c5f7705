using System.Net;
using System.Text;
using System.Text.Json;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests;

public sealed class InferenceTests
{
    private const string Infer = ServerFixture.Model + "/infer";
    private static readonly byte[] Frames = TinyImages.Render(5, 3).Frames;
    private static readonly FloatTensor Images = TinyClassifier.ToTensor(Frames);
    private static readonly float[] Expected = Tiny.Logits(Tiny.Model.Source, Images);

    [Fact]
    public async Task Infer_JsonFloats_AnswersLogitsProbabilitiesAndLabels()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        HttpResponseMessage response = await server.PostAsync(Infer, Json("7", JsonSerializer.Serialize(Images.Values)));
        Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        JsonElement answer = await ServerFixture.JsonAsync(response);
        Assert.Equal(("tiny", "7"), (answer.GetProperty("model_name").GetString(), answer.GetProperty("id").GetString()));
        Assert.Equal((0, 0), (answer.GetProperty("parameters").GetProperty("parameter_version").GetInt64(), answer.GetProperty("parameters").GetProperty("statistics_generation").GetInt64()));
        JsonElement logits = WireRequest.Output(answer, "logits");
        Assert.Equal("FP32", logits.GetProperty("datatype").GetString());
        Assert.Equal("[3,4]", logits.GetProperty("shape").GetRawText());
        Assert.Equal(Expected, WireRequest.Floats(logits));
        float[] probabilities = WireRequest.Floats(WireRequest.Output(answer, "probabilities"));
        for (int i = 0; i < 3; i++)
        {
            float[] softmax = new float[4];
            Logits.Softmax(Expected.AsSpan(i * 4, 4), softmax);
            Assert.Equal(softmax, probabilities[(i * 4)..((i + 1) * 4)]);
        }

        JsonElement label = WireRequest.Output(answer, "label");
        Assert.Equal(("BYTES", "[3]"), (label.GetProperty("datatype").GetString(), label.GetProperty("shape").GetRawText()));
        Assert.Equal(Labels(), label.GetProperty("data").EnumerateArray().Select(v => v.GetString()));
    }

    [Fact]
    public async Task Infer_NestedJson_AnswersAsFlat()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        string nested = JsonSerializer.Serialize(Images.Values.Chunk(432).Select(i => i.Chunk(144).Select(c => c.Chunk(12))));
        JsonElement answer = await ServerFixture.JsonAsync(await server.PostAsync(Infer, Json("n", nested)));
        Assert.Equal(Expected, WireRequest.Floats(WireRequest.Output(answer, "logits")));
    }

    [Fact]
    public async Task Infer_Binary_AnswersInBinaryWhereAskedFor()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        (byte[] body, int header) = WireRequest.Binary("FP32", [3, 3, 12, 12], WireRequest.Floats(Images.Values));
        HttpResponseMessage response = await server.PostAsync(Infer, body, header);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        (JsonElement json, Dictionary<string, byte[]> tensors) = await WireRequest.ReadAsync(response);
        Assert.Equal(string.Empty, json.GetProperty("id").GetString());
        Assert.Equal(Expected, WireRequest.ToFloats(tensors["logits"]));
        Assert.Equal(WireRequest.Elements([.. Labels().Select(Encoding.UTF8.GetBytes)]), tensors["label"]);

        // An output's own setting wins over the request's, both ways.
        const string mixed = """
            "parameters":{"binary_data_output":true},"outputs":[{"name":"label","parameters":{"binary_data":false}},{"name":"logits"}]
            """;
        (body, header) = WireRequest.Binary("FP32", [3, 3, 12, 12], WireRequest.Floats(Images.Values), mixed);
        (json, tensors) = await WireRequest.ReadAsync(await server.PostAsync(Infer, body, header));
        Assert.Equal(["label", "logits"], json.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("name").GetString()));
        Assert.Equal(["logits"], tensors.Keys);
        Assert.Equal(Labels(), WireRequest.Output(json, "label").GetProperty("data").EnumerateArray().Select(v => v.GetString()));
    }

    [Fact]
    public async Task Infer_PixelsAndFiles_ArePreprocessedAsFramesAre()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        (byte[] body, int header) = WireRequest.Binary("UINT8", [3, 12, 12, 3], Frames);
        (_, Dictionary<string, byte[]> tensors) = await WireRequest.ReadAsync(await server.PostAsync(Infer, body, header));
        Close(Expected, WireRequest.ToFloats(tensors["logits"]));

        using var encoder = new ImageEncoder();
        byte[][] files = [.. Frames.Chunk(TinyImages.FrameBytes).Select(f => encoder.EncodePng(f, 12, 12))];
        (body, header) = WireRequest.Binary("BYTES", [3], WireRequest.Elements(files));
        (_, tensors) = await WireRequest.ReadAsync(await server.PostAsync(Infer, body, header));
        Close(Expected, WireRequest.ToFloats(tensors["logits"]));

        string base64 = JsonSerializer.Serialize(files.Select(Convert.ToBase64String));
        JsonElement answer = await ServerFixture.JsonAsync(await server.PostAsync(
            Infer, $$"""{"inputs":[{"name":"images","shape":[3,1],"datatype":"BYTES","data":{{base64}}}],"outputs":[{"name":"logits"}]}"""));
        Assert.False(answer.TryGetProperty("id", out _));
        Close(Expected, WireRequest.Floats(WireRequest.Output(answer, "logits")));
    }

    [Theory]
    [InlineData("""{"inputs":[]}""", 400, "'images'")]
    [InlineData("""{"inputs":[{"name":"input0","shape":[2,2],"datatype":"UINT32","data":[1,2,3,4]},{"name":"input1","shape":[3],"datatype":"BOOL","data":[true]}],"outputs":[{"name":"output0"}]}""", 400, "'output0'")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1,3,12,12],"datatype":"FP32","data":[1,2]}]}""", 400, "432 elements")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1,3,12,11],"datatype":"FP32","data":[1,2]}]}""", 400, "[N, 3, 12, 12]")]
    [InlineData("""{"inputs":[{"name":"images","shape":[0,3,12,12],"datatype":"FP32","data":[]}]}""", 400, "at least 1")]
    [InlineData("""{"inputs":[{"name":"images","shape":[65,3,12,12],"datatype":"FP32","data":[]}]}""", 413, "several requests")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1,3,12,12],"datatype":"FP64","data":[]}]}""", 400, "FP64")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1,3,12,12],"datatype":"FLOAT","data":[]}]}""", 400, "'FLOAT'")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1,-3],"datatype":"FP32","data":[]}]}""", 400, "dimensions")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1],"datatype":"FP32"}]}""", 400, "binary_data_size")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1],"datatype":"BYTES","data":["????"]}]}""", 400, "base64")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1],"datatype":"BYTES","data":["R0lGODlhAQABAAAAACw="]}]}""", 400, "GIF")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1,1,1,3],"datatype":"UINT8","data":[1,2,256]}]}""", 400, "range")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1,1,12,3],"datatype":"UINT8","data":[[[[1,2,3]]]]}]}""", 400, "shape")]
    [InlineData("""{"inputs":[{"name":"images","shape":[1,3,12,12],"datatype":"FP32","parameters":{"binary_data_size":8}}]}""", 400, "binary_data_size")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"label","parameters":{"shared_memory_region":"r","shared_memory_byte_size":16}}]}""", 400, "shared_memory_region")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"label","parameters":{"classification":2}}]}""", 400, "classification")]
    [InlineData("""{"inputs":""", 400, "JSON")]
    [InlineData("""{"id":3,"inputs":[]}""", 400, "id")]
    [InlineData("""{"inputs":[]} trailing""", 400, "JSON")]
    [InlineData("[]", 400, "object")]
    [InlineData("", 400, "JSON")]
    public async Task Infer_WrongRequest_SaysWhatToSend(string body, int status, string part)
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        HttpResponseMessage response = await server.PostAsync(Infer, body);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(part, await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_NumbersThatAreNotFinite_AreRefused()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        float[] image = Images.Sample(0).ToArray();
        image[7] = float.NaN;
        (byte[] body, int header) = WireRequest.Binary("FP32", [1, 3, 12, 12], WireRequest.Floats(image));
        HttpResponseMessage response = await server.PostAsync(Infer, body, header);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Element 7", await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);

        Array.Fill(image, float.MaxValue);
        (body, header) = WireRequest.Binary("FP32", [1, 3, 12, 12], WireRequest.Floats(image));
        response = await server.PostAsync(Infer, body, header);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("not finite", await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("99999")]
    public async Task Infer_WrongHeaderLength_IsRefused(string length)
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Infer) { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", length);
        HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Inference-Header-Content-Length", await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_Pictures_JoinTheSamplesOfTheAgent()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        (byte[] body, int header) = WireRequest.Binary("UINT8", [3, 12, 12, 3], Frames);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Infer, body, header)).StatusCode);

        // Disposal of the server hands over what waits, so what is kept is on the disk then.
        string outbox = server.Files.Folder.File("state", "outbox");
        await server.Server.DisposeAsync();
        Assert.Equal(3, server.Agent.Counters.Answered);
        Assert.Equal(server.Agent.Counters.Selected, Directory.EnumerateFiles(outbox, "*.sample").Count());
        Assert.InRange(server.Agent.Counters.Selected, 1, 3);
    }

    [Fact]
    public async Task Infer_SamplesTurnedOff_LeavesTheAgentAlone()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { KeepSamples = false });
        (byte[] body, int header) = WireRequest.Binary("UINT8", [3, 12, 12, 3], Frames);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Infer, body, header)).StatusCode);
        await server.Server.DisposeAsync();
        Assert.Equal((0, 0), (server.Agent.Counters.Answered, server.Agent.Counters.Selected));
    }

    [Fact]
    public async Task Infer_ValuesThatNoPictureHas_AreAnsweredAndLeftOutOfTheStatistics()
    {
        const int batch = 8;
        await using ServerFixture server = await ServerFixture.StartAsync(
            change: o => o with { Statistics = StatisticsMode.Mixed, StatisticsBatch = batch, Guard = o.Guard with { CanaryFrames = batch } });
        float[] images = TinyClassifier.ToTensor(TinyImages.Render(5, batch).Frames).Values;
        (byte[] body, int header) = WireRequest.Binary("FP32", [batch, 3, 12, 12], WireRequest.Floats([.. images.Select(v => 255 * v)]));
        for (int i = 0; i < 3; i++)
        {
            HttpResponseMessage response = await server.PostAsync(Infer, body, header);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(batch, (await WireRequest.ReadAsync(response)).Json.GetProperty("outputs")[0].GetProperty("shape")[0].GetInt32());
        }

        await Within.UntilAsync(() => server.Agent.Counters.Answered == 3 * batch);
        (body, header) = WireRequest.Binary("FP32", [batch, 3, 12, 12], WireRequest.Floats(images));
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Infer, body, header)).StatusCode);
        await Within.UntilAsync(() => server.Agent.Counters.StatisticsRefreshes > 0);
        Assert.Equal((1L, 0L), (server.Agent.Counters.StatisticsRefreshes, server.Agent.Counters.SkippedBatches));
        Assert.Equal(batch, (await server.GetAsync("/device/v1/drift")).GetProperty("frames").GetInt32());
        Assert.Single(server.Files.Logger.Lines, l => l.Id == EventIds.EdgeServer + 6);
    }

    private static string[] Labels() => [.. Expected.Chunk(4).Select(l => $"{Logits.ArgMax(l)}")];

    private static string Json(string id, string data) =>
        $$"""{"id":"{{id}}","inputs":[{"name":"images","shape":[3,3,12,12],"datatype":"FP32","data":{{data}}}]}""";

    private static void Close(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }
}
