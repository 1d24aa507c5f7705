using System.Net;
using System.Text;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.Imaging;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests;

/// <summary>Nonsense of every kind, from a seed: none of it may get a status of 500 or more, or keep the next request from its answer.</summary>
public sealed class FuzzTests
{
    /// <summary>Names the number of requests; a few thousand without it.</summary>
    private const string Variable = "EDGEADAPT_FUZZ_REQUESTS";
    private const int Clients = 4;
    private const string Infer = ServerFixture.Model + "/infer";
    private static readonly byte[] Frames = TinyImages.Render(5, 2).Frames;
    private static readonly byte[] Floats = WireRequest.Floats(TinyClassifier.ToTensor(Frames).Values);
    private static readonly string[] Datatypes = ["FP32", "UINT8", "BYTES", "INT64", "BOOL", "FP16", "fp32", "", "\\u0000"];
    private static readonly string[] Values = ["1", "-1", "0.5", "1e39", "256", "null", "true", "\"aGVsbG8=\"", "\"\\ud800\"", "[]", "{}", "[[1]]", "NaN", "99999999999999999999"];
    private static readonly string[] Names = ["ready", "parameters", "version", "unload_dependents", "config", "", "\\ud800", "\\udc00xx", "\\ud800parameters", "r\\u0065ady", "\\u0000"];
    private static readonly string[] ObjectPaths = ["/v2/repository/index", "/v2/repository/models/tiny/load", "/device/v1/parameters/revert"];
    private static readonly string[] Paths =
    [
        "/", "/v2", "/v2/", "/v2/models", "/v2/models/", "/v2/models/tiny/versions/0/infer", "/v2/models/%00/infer", "/v2/models/tiny%2finfer", "/v2/models/..%2f..%2fetc", "/v2/health/ready",
        "/page.js", "/device/v1/state", "/device/v1/answers?after=%00", "/device/v1/entropy?from=1e9", "/device/v1/frame", "/device/v1/parameters/revert",
        ServerFixture.Model + "/ready", ServerFixture.Model + "/parameters", "/v2/repository/index", "/v2/repository/models/x/load", "/" + new string('a', 3000),
    ];

    [Fact]
    public async Task Requests_Malformed_NeverFailTheServer()
    {
        int count = FuzzCount.Of(Variable, 3000);
        await using ServerFixture server = await ServerFixture.StartAsync(new ServerOptions { MaximumRequestBytes = 1 << 20 });
        using var encoder = new ImageEncoder();
        byte[][] pictures = [encoder.EncodePng(Frames.AsMemory(0, TinyImages.FrameBytes), 12, 12), encoder.EncodeJpeg(Frames.AsMemory(0, TinyImages.FrameBytes), 12, 12)];
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            for (int i = 0; i < count / Clients; i++)
            {
                int status = await SendAsync(server, random, pictures, $"client {client}, request {i}");
                statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
            }
        })));

        (byte[] body, int header) = WireRequest.Binary("FP32", [2, 3, 12, 12], Floats);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Infer, body, header)).StatusCode);
        Assert.DoesNotContain(server.Files.Logger.Lines, l => l.Level >= Microsoft.Extensions.Logging.LogLevel.Error);

        // A fuzzer whose requests all fail at the first check, or none of which fails, would test little.
        Assert.True(statuses.GetValueOrDefault(200) > count / 50 && statuses.GetValueOrDefault(400) > count / 4, string.Join(", ", statuses));
    }

    private static async Task<int> SendAsync(ServerFixture server, Random random, byte[][] pictures, string which)
    {
        switch (random.Next(11))
        {
            case 0:
                return await SendAsync(server, HttpMethod.Post, Infer, ByteMutations.Noise(random, random.Next(400)), Header(random), which);
            case 1 or 2:
                (byte[] binary, int header) = WireRequest.Binary(
                    Datatypes[random.Next(4)], Shape(random), ByteMutations.Mutate(random, random.Next(2) == 0 ? Floats : WireRequest.Elements(pictures)), name: random.Next(8) == 0 ? "x" : "images");
                return await SendAsync(server, HttpMethod.Post, Infer, binary, random.Next(6) == 0 ? Header(random) : $"{header}", which);
            case 3 or 4:
                return await SendAsync(server, HttpMethod.Post, Infer, Encoding.UTF8.GetBytes(Structured(random)), null, which);
            case 5 or 6:
                byte[] picture = ByteMutations.Mutate(random, pictures[random.Next(2)]);
                (binary, header) = WireRequest.Binary("BYTES", [1], WireRequest.Elements(picture));
                return await SendAsync(server, HttpMethod.Post, Infer, binary, $"{header}", which);
            case 7:
                (binary, header) = WireRequest.Binary("FP32", [2, 3, 12, 12], Floats);
                return await SendAsync(server, HttpMethod.Post, Infer, ByteMutations.Mutate(random, binary), $"{header}", which);
            case 8:
                byte[] set = ByteMutations.Mutate(random, ParameterSetFile.ToBytes(Tiny.Set(1)));
                return await SendAsync(server, HttpMethod.Post, random.Next(3) == 0 ? "/v2/repository/index" : ServerFixture.Model + "/parameters", set, null, which);
            case 9:
                return await SendAsync(server, HttpMethod.Post, ObjectPaths[random.Next(ObjectPaths.Length)], Encoding.UTF8.GetBytes(JsonObject(random, 2)), null, which, "application/json");
            default:
                return random.Next(4) > 0
                    ? await SendAsync(server, new HttpMethod(random.Next(2) == 0 ? "GET" : "PUT"), Paths[random.Next(Paths.Length)], null, null, which)
                    : await SendRawAsync(server, random, which);
        }
    }

    private static async Task<int> SendAsync(ServerFixture server, HttpMethod method, string path, byte[]? body, string? headerLength, string which, string? contentType = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
        if (contentType is not null)
        {
            request.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (headerLength is not null)
        {
            request.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", headerLength);
        }

        HttpResponseMessage response = await server.Http.SendAsync(request).Reasonable();
        int status = (int)response.StatusCode;
        Assert.True(status < 500, $"{which}: {status} {path}");

        // A path that no URI has is refused before the server sees a request.
        if (status >= 400 && !path.Contains("%00", StringComparison.Ordinal))
        {
            Assert.False(string.IsNullOrEmpty(await ServerFixture.ErrorAsync(response)), which);
        }

        return status;
    }

    private static async Task<int> SendRawAsync(ServerFixture server, Random random, string which)
    {
        byte[] request = Encoding.ASCII.GetBytes($"POST {Infer} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\nConnection: close\r\n\r\n{{\"inputs\":[{{\"name\":\"images\"}}]}}");
        byte[] answer = await ProtocolExampleTests.ExchangeAsync(server.Server.Address, ByteMutations.Mutate(random, request), endOfRequest: true);
        string line = Encoding.Latin1.GetString(answer.AsSpan(0, Math.Min(12, answer.Length)));
        Assert.False(line.StartsWith("HTTP/1.1 5", StringComparison.Ordinal) && !line.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{which}: {line}");
        return 0;
    }

    /// <summary>An object under names that the endpoint has, others, and such as are no text; as deep as told.</summary>
    private static string JsonObject(Random random, int depth)
    {
        IEnumerable<string> properties = Enumerable.Range(0, random.Next(4)).Select(_ =>
            $"\"{Names[random.Next(Names.Length)]}\":{(depth > 0 && random.Next(2) == 0 ? JsonObject(random, depth - 1) : Values[random.Next(Values.Length)])}");
        return $"{{{string.Join(',', properties)}}}";
    }

    private static string Structured(Random random)
    {
        var text = new StringBuilder("{\"inputs\":[{\"name\":\"images\",\"datatype\":\"").Append(Datatypes[random.Next(Datatypes.Length)]).Append("\",\"shape\":[");
        text.AppendJoin(',', random.Next(4) == 0 ? Enumerable.Range(0, random.Next(10)).Select(_ => Values[random.Next(Values.Length)]) : Shape(random).Select(d => $"{d}"));
        text.Append("],\"data\":");
        int depth = random.Next(6) == 0 ? random.Next(1, 70) : random.Next(1, 5);
        text.Append('[', depth).AppendJoin(',', Enumerable.Range(0, random.Next(8)).Select(_ => Values[random.Next(Values.Length)])).Append(']', random.Next(8) == 0 ? depth - 1 : depth);
        text.Append("}],\"outputs\":").Append(random.Next(3) switch { 0 => "[]", 1 => "[{\"name\":\"label\"},{\"name\":\"label\"}]", _ => Values[random.Next(Values.Length)] }).Append('}');
        return text.ToString();
    }

    private static long[] Shape(Random random) => random.Next(6) switch
    {
        0 => [2, 3, 12, 12],
        1 => [random.Next(3), random.Next(14), random.Next(14), 3],
        2 => [2],
        3 => [.. Enumerable.Range(0, random.Next(9)).Select(_ => (long)random.Next(-1, 100_000))],
        4 => [random.NextInt64(), 2],
        _ => [1, 3, 12, 12],
    };

    private static string Header(Random random) => random.Next(3) switch
    {
        0 => $"{random.Next(-5, 500)}",
        1 => "abc",
        _ => $"{random.NextInt64()}",
    };
}
