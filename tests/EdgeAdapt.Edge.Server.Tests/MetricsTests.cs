using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Metrics;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests;

public sealed class MetricsTests
{
    [Theory]
    [InlineData("text/plain", "text/plain", false)]
    [InlineData("application/openmetrics-text;version=1.0.0", "application/openmetrics-text", true)]
    public async Task Metrics_AfterRequests_SayWhatWasDone(string accept, string mediaType, bool openMetrics)
    {
        await using ServerFixture server = await ServerFixture.StartAsync(
            new ServerOptions { Token = new string('t', ServerOptions.ShortestToken) },
            o => o with { Upload = new UploadOptions { Budget = new ByteBudgetOptions { BytesPerHour = 1_000_000 } } });
        string pixels = string.Join(',', TinyImages.Render(3, 1).Frames);
        string request = $$"""{"inputs":[{"name":"images","shape":[1,12,12,3],"datatype":"UINT8","data":[{{pixels}}]}]}""";
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(ServerFixture.Model + "/infer", request)).StatusCode);
        }

        // No token is sent: reading is free.
        (ExpositionParser metrics, string type) = await ReadAsync(server, accept, openMetrics);
        Assert.Equal(mediaType, type);
        Assert.Equal(3, metrics.Value("edgeadapt_server_requests_total", ("outcome", "answered")));
        Assert.Equal(0, metrics.Value("edgeadapt_server_requests_total", ("outcome", "refused")));
        Assert.Equal(3, metrics.Value("edgeadapt_inference_duration_seconds_count"));
        Assert.InRange(metrics.Value("edgeadapt_inference_duration_seconds_sum"), 1e-6, 60);
        Assert.InRange(metrics.Value("edgeadapt_frames_busy_seconds_total"), 1e-6, 60);
        Assert.Equal(0, metrics.Value("edgeadapt_uplink_connected"));
        Assert.Equal(0, metrics.Value("edgeadapt_parameters_version"));
        Assert.InRange(metrics.Value("edgeadapt_upload_budget_available_bytes", ("period", "3600s")), 1, 1_000_000);
        Assert.Equal(7, metrics.Samples.Count(s => s.Name == "edgeadapt_outbox_dropped_total"));
        Assert.Equal("cam-1", metrics.Samples.Single(s => s.Name == "target_info").Labels["edgeadapt_device"]);
        Assert.Contains(metrics.Samples, s => s.Name.StartsWith("dotnet_gc_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_AfterASwap_CountItAndItsTime()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        byte[] set = ParameterSetFile.ToBytes(Tiny.Set(1));
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(ServerFixture.Model + "/parameters", set)).StatusCode);
        JsonElement after = await server.GetAsync(ServerFixture.Model + "/parameters");
        (ExpositionParser metrics, _) = await ReadAsync(server, "*/*", false);
        Assert.Equal(1, after.GetProperty("parameter_version").GetInt64());
        Assert.Equal(1, metrics.Value("edgeadapt_parameters_version"));
        Assert.Equal(1, metrics.Value("edgeadapt_parameters_sets_total", ("outcome", "activated")));
        Assert.Equal(1, metrics.Value("edgeadapt_swap_duration_seconds_count", ("kind", "parameters")));
    }

    private static async Task<(ExpositionParser Metrics, string MediaType)> ReadAsync(ServerFixture server, string accept, bool openMetrics)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (ExpositionParser.Parse(await response.Content.ReadAsStringAsync(), openMetrics), response.Content.Headers.ContentType!.MediaType!);
    }
}
