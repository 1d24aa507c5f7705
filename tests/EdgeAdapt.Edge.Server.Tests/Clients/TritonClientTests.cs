using System.Diagnostics;
using System.Text.Json;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests.Clients;

/// <summary>A public client of the Open Inference Protocol, as its makers publish it, against a running device.</summary>
public sealed class TritonClientTests
{
    [TritonClientFact]
    public async Task Client_EverythingTheProtocolHas_WorksUnchanged()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        byte[] frame = TinyImages.Render(5, 1).Frames;
        string picture = server.Files.Folder.File("picture.png");
        using (var encoder = new ImageEncoder())
        {
            await File.WriteAllBytesAsync(picture, encoder.EncodePng(frame, TinyImages.Size, TinyImages.Size));
        }

        JsonElement report = await RunAsync($"127.0.0.1:{server.Server.Address.Port}", "tiny", picture);

        Assert.All(["live", "ready", "modelReady", "loaded"], name => Assert.True(report.GetProperty(name).GetBoolean(), name));
        Assert.False(report.GetProperty("unloaded").GetBoolean());
        Assert.Equal("edgeadapt-edge", report.GetProperty("server").GetString());
        Assert.Equal("tiny", Assert.Single(report.GetProperty("index").EnumerateArray()).GetString());
        Assert.Equal("""[{"name":"images","datatype":"FP32","shape":[-1,3,12,12]}]""", JsonSerializer.Serialize(report.GetProperty("inputs")));
        Assert.Equal("42", report.GetProperty("id").GetString());

        const int values = 2 * 3 * 12 * 12;
        float[] expected = Tiny.Logits(Tiny.Model.Source, new FloatTensor([.. Enumerable.Range(0, values).Select(i => (float)(-1 + (2.0 * i / (values - 1))))], 2, 3, 12, 12));
        JsonElement[] forms = [.. report.GetProperty("logits").EnumerateArray(), report.GetProperty("later")];
        Assert.Equal(5, forms.Length);
        Assert.All(forms, logits => AssertEqual(expected, logits));
        Assert.Equal(2, report.GetProperty("labels").GetArrayLength());
        byte[] pixels = [.. Enumerable.Range(0, 12 * 12 * 3).Select(i => (byte)i)];
        AssertEqual(Tiny.Logits(Tiny.Model.Source, TinyClassifier.ToTensor(pixels)), report.GetProperty("pixels"));
        AssertEqual(Tiny.Logits(Tiny.Model.Source, TinyClassifier.ToTensor(frame)), report.GetProperty("picture"));

        AssertRefused(report.GetProperty("wrongShape"), "400", "[N, 3, 12, 12]");
        AssertRefused(report.GetProperty("noModel"), "404", "'tiny'");
        AssertRefused(report.GetProperty("classification"), "400", "'label'");
    }

    private static void AssertRefused(JsonElement refusal, string status, string remedy)
    {
        Assert.Equal(status, refusal.GetProperty("status").GetString());
        Assert.Contains(remedy, refusal.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static void AssertEqual(float[] expected, JsonElement rows)
    {
        float[] actual = [.. rows.EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(v => v.GetSingle())];
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4f));
    }

    private static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        string script = Checkout.Path("tests", "EdgeAdapt.Edge.Server.Tests", "Clients", "triton_client.py");
        using Process python = Process.Start(new ProcessStartInfo(TritonClientFactAttribute.Python, [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = python.StandardError.ReadToEndAsync();
        string output = await python.StandardOutput.ReadToEndAsync().Reasonable();
        await python.WaitForExitAsync().Reasonable();
        Assert.True(python.ExitCode == 0, await errors);
        return JsonDocument.Parse(output).RootElement;
    }
}
