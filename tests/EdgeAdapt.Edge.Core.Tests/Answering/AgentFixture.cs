using System.Text.Json;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Messaging;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>Settings and files for whole agents on the tiny classifier.</summary>
internal sealed class AgentFixture : IDisposable
{
    /// <summary>Keeps every answer that is not quite certain, so that there is always something to upload.</summary>
    public static readonly EntropyFilterOptions KeepNearlyAll = new() { EntropyHighMargin = 1, EntropyLowMargin = 0, WarmUpSamples = null };

    public TemporaryFolder Folder { get; } = new();

    public ListLogger Logger { get; } = new();

    public EdgeAgentOptions Options(string source, int brokerPort = 1)
    {
        string model = Folder.File("tiny.onnx");
        if (!File.Exists(model))
        {
            File.WriteAllBytes(model, TinyClassifier.CreateBytes());
        }

        return new EdgeAgentOptions
        {
            Model = model,
            Normalization = new Normalization([0, 0, 0], [1, 1, 1]),
            Source = source,
            Rate = 0,
            Device = Samples.Device,
            Group = Tiny.Group,
            State = Folder.File("state"),
            Report = Folder.File("report.jsonl"),
            Broker = new MqttSessionOptions { Host = "127.0.0.1", Port = brokerPort, ClientId = "x", ReconnectMinimum = TimeSpan.FromMilliseconds(20), ReconnectMaximum = TimeSpan.FromMilliseconds(200) },
            Threads = 1,
            StatisticsBatch = 64,
            Filter = KeepNearlyAll,
            DrainTimeout = TimeSpan.FromSeconds(60),
        };
    }

    public string WriteFrames(int count, double gain = 1, double offset = 0, int seed = 3, string name = "frames.npy") =>
        Folder.Write(name, NpyFile.ToBytes(NpyArray.Of(TinyImages.Render(seed, count, gain, offset).Frames, count, TinyImages.Size, TinyImages.Size, 3)));

    public EdgeAgent Open(EdgeAgentOptions options, IUplink uplink) => EdgeAgent.Open(options, _ => uplink, TimeProvider.System, Logger);

    public IReadOnlyList<JsonElement> Report(string type) =>
        [.. File.ReadAllLines(Folder.File("report.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("type").GetString() == type)];

    public void Dispose() => Folder.Dispose();
}
