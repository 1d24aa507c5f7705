using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests;

public sealed class ParametersTests
{
    private const string Parameters = ServerFixture.Model + "/parameters";
    private static readonly FloatTensor Images = TinyClassifier.ToTensor(TinyImages.Render(5, 8).Frames);

    [Fact]
    public async Task Post_NewerSet_AnswersFromThenOn()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        JsonElement before = await server.GetAsync(Parameters);
        Assert.Equal((0, Tiny.Model.Model.Sha256), (before.GetProperty("parameter_version").GetInt64(), before.GetProperty("base_model_sha256").GetString()));
        Assert.Empty(before.GetProperty("history").EnumerateArray());
        HttpResponseMessage response = await server.PostAsync(Parameters, ParameterSetFile.ToBytes(Tiny.Set(3)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, (await ServerFixture.JsonAsync(response)).GetProperty("parameter_version").GetInt64());
        (long version, float[] logits) = await AskAsync(server, 2);
        Assert.Equal(3, version);
        Assert.Equal(Tiny.Logits(Tiny.Parameters(3), Images.Select([2])), logits);
    }

    [Fact]
    public async Task Post_SetThatDoesNotFit_IsRefusedWithTheReason()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Parameters, ParameterSetFile.ToBytes(Tiny.Set(3)))).StatusCode);
        await RefusedAsync(server, ParameterSetFile.ToBytes(Tiny.Set(3)), HttpStatusCode.Conflict, "version 3");
        await RefusedAsync(server, ParameterSetFile.ToBytes(Tiny.Set(2)), HttpStatusCode.Conflict, "version 3");
        await RefusedAsync(server, ParameterSetFile.ToBytes(Tiny.Set(4, baseModel: new string('a', 64))), HttpStatusCode.UnprocessableEntity, "model");
        ParameterSet set = Tiny.Set(4);
        float[] spoilt = [.. set.Tensors.First().Value];
        spoilt[0] = float.NaN;
        await RefusedAsync(
            server, ParameterSetFile.ToBytes(set with { Tensors = new Dictionary<string, float[]>(set.Tensors) { [set.Tensors.First().Key] = spoilt } }), HttpStatusCode.UnprocessableEntity, "NaN");
        await RefusedAsync(server, [1, 2, 3], HttpStatusCode.UnprocessableEntity, "safetensors");
        await RefusedAsync(server, [], HttpStatusCode.UnprocessableEntity, "safetensors");
        JsonElement after = await server.GetAsync(Parameters);
        Assert.Equal(3, after.GetProperty("parameter_version").GetInt64());
        JsonElement[] history = [.. after.GetProperty("history").EnumerateArray()];
        Assert.Equal(JsonValueKind.Null, history[0].GetProperty("refused").ValueKind);
        Assert.All(history[1..], entry => Assert.NotEmpty(entry.GetProperty("refused").GetString()!));
        Assert.Equal(3, history.Length);
    }

    [Fact]
    public async Task Post_DeviceWithTrustedKey_TakesTheSignedSetAlone()
    {
        using var folder = new TemporaryFolder();
        (string privateKey, string publicKey) = (Path.Combine(folder.Path, "fleet.key"), Path.Combine(folder.Path, "fleet.pub"));
        SigningKey.Create(privateKey, publicKey);
        using SigningKey key = SigningKey.Load(privateKey);
        await using ServerFixture server = await ServerFixture.StartAsync(change: options => options with { TrustedKeys = [publicKey] });
        byte[] set = ParameterSetFile.ToBytes(Tiny.Set(3)), other = ParameterSetFile.ToBytes(Tiny.Set(4));
        await RefusedAsync(server, set, HttpStatusCode.UnprocessableEntity, "not signed");
        HttpResponseMessage forged = await server.PostAsync(Parameters, other, signature: key.Sign(set).ToString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, forged.StatusCode);
        Assert.Contains("signature", await ServerFixture.ErrorAsync(forged), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Parameters, set, signature: key.Sign(set).ToString())).StatusCode);
        Assert.Equal(3, (await AskAsync(server, 0)).Version);
    }

    [Fact]
    public async Task Infer_ManyClientsDuringSwaps_AnswersEachByTheVersionItNames()
    {
        const int versions = 20;
        const int clients = 6;
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { BatchWait = TimeSpan.FromMilliseconds(1) });
        using var stop = new CancellationTokenSource();
        var answers = new ConcurrentQueue<(long Version, int Image, float[] Logits)>();
        long[] newest = new long[clients];
        Task[] work =
        [
            .. Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
            {
                for (int i = client; !stop.IsCancellationRequested; i = (i + 1) % Images.Count)
                {
                    (long version, float[] logits) = await AskAsync(server, i);
                    answers.Enqueue((version, i, logits));
                    Volatile.Write(ref newest[client], version);
                }
            })),
        ];
        for (int version = 1; version <= versions; version++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Parameters, ParameterSetFile.ToBytes(Tiny.Set(version)))).StatusCode);

            // A count of answers would not do: those given while the set is on its way are of the version before it.
            Assert.True(SpinWait.SpinUntil(() => Enumerable.Range(0, clients).All(c => Volatile.Read(ref newest[c]) == version || work[c].IsFaulted), Within.Limit));
        }

        await stop.CancelAsync();
        await Task.WhenAll(work).Reasonable();
        var expected = answers.Select(a => a.Version).Distinct().ToDictionary(
            v => v, v => Enumerable.Range(0, Images.Count).Select(i => Tiny.Logits(v == 0 ? Tiny.Model.Source : Tiny.Parameters(v), Images.Select([i]))).ToArray());
        Assert.All(answers, a => Assert.Equal(expected[a.Version][a.Image], a.Logits));
        Assert.Equal(versions, expected.Keys.Max());
        Assert.InRange(expected.Count, versions, versions + 1);
    }

    [Fact]
    public async Task Infer_RequestOfSeveralBatchesDuringSwaps_IsAnsweredByOneVersion()
    {
        const int versions = 20;
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { MaximumBatch = 2 });
        using var stop = new CancellationTokenSource();
        var answers = new ConcurrentQueue<(long Version, float[] Logits)>();
        long newest = 0;
        Task work = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                answers.Enqueue(await AskAsync(server, 0, Images.Count));
                Volatile.Write(ref newest, answers.Last().Version);
            }
        });
        for (int version = 1; version <= versions; version++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Parameters, ParameterSetFile.ToBytes(Tiny.Set(version)))).StatusCode);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref newest) == version || work.IsFaulted, Within.Limit));
        }

        await stop.CancelAsync();
        await work.Reasonable();
        var expected = answers.Select(a => a.Version).Distinct().ToDictionary(
            v => v, v => Enumerable.Range(0, Images.Count / 2).SelectMany(i => Tiny.Logits(v == 0 ? Tiny.Model.Source : Tiny.Parameters(v), Images.Select([2 * i, (2 * i) + 1]))).ToArray());
        Assert.All(answers, a => Assert.Equal(expected[a.Version], a.Logits));
        Assert.Equal(versions, expected.Keys.Max());
    }

    [Fact]
    public async Task Post_MoreSetsThanWait_AsksForTheDisplacedOnesAgain()
    {
        // Nothing decides on sets, as in an agent that is busy with one.
        await using ServerFixture server = await ServerFixture.StartAsync(runs: false);
        Task<HttpResponseMessage>[] waiting = [.. Enumerable.Range(1, 17).Select(v => server.PostAsync(Parameters, ParameterSetFile.ToBytes(Tiny.Set(v))))];
        HttpResponseMessage displaced = await (await Task.WhenAny(waiting).Reasonable());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, displaced.StatusCode);
        Assert.NotNull(displaced.Headers.RetryAfter);
        Assert.Contains("again", await ServerFixture.ErrorAsync(displaced), StringComparison.Ordinal);
        server.Http.CancelPendingRequests();
        await Task.WhenAll(waiting).ContinueWith(_ => { }, TaskScheduler.Default).Reasonable();
    }

    [Fact]
    public async Task Post_SetUnderWhichEveryRunFails_IsTakenBack()
    {
        await using ServerFixture server = await ServerFixture.StartAsync(change: o =>
        {
            File.WriteAllBytes(o.Model, FragileClassifier.CreateBytes());
            return o with { Guard = o.Guard with { Window = 32 } };
        });
        NormalizationModel model = NormalizationModel.Of(OnnxModel.Parse(FragileClassifier.CreateBytes(), "fragile"));
        var manifest = new ParameterSetManifest { BaseModelSha256 = server.Agent.Model.Sha256, Version = 1, Scope = Tiny.Group };
        ParameterSet set = model.Pack(manifest, [.. model.Source.Select(p => p with { Scale = [.. p.Scale.Select(v => 100 * v)] })]);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Parameters, ParameterSetFile.ToBytes(set))).StatusCode);
        (byte[] body, int header) = WireRequest.Binary("FP32", [1, 3, 12, 12], WireRequest.Floats(Images.Sample(0)));
        HttpResponseMessage response = await server.PostAsync(ServerFixture.Model + "/infer", body, header);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("version 1", await ServerFixture.ErrorAsync(response), StringComparison.Ordinal);
        await Within.UntilAsync(() => server.Agent.Counters.Reversals == 1);
        Assert.Equal(0, (await AskAsync(server, 0)).Version);
    }

    private static async Task<(long Version, float[] Logits)> AskAsync(ServerFixture server, int image, int count = 1)
    {
        (byte[] body, int header) = WireRequest.Binary(
            "FP32", [count, 3, 12, 12], WireRequest.Floats(Images.Select([.. Enumerable.Range(image, count)]).Values));
        HttpResponseMessage response = await server.PostAsync(ServerFixture.Model + "/infer", body, header);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        (JsonElement json, Dictionary<string, byte[]> tensors) = await WireRequest.ReadAsync(response);
        return (json.GetProperty("parameters").GetProperty("parameter_version").GetInt64(), WireRequest.ToFloats(tensors["logits"]));
    }

    private static async Task RefusedAsync(ServerFixture server, byte[] file, HttpStatusCode status, string part)
    {
        HttpResponseMessage response = await server.PostAsync(Parameters, file);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(part, await ServerFixture.ErrorAsync(response), StringComparison.OrdinalIgnoreCase);
    }
}
