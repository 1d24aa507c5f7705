using System.Collections.Concurrent;
using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Messaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Testing.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Service.Tests;

/// <summary>A device's side of the protocol over a real connection: uploads pictures, and notes what it is told.</summary>
internal sealed class TestDevice : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly MqttSession _session;
    private readonly string _model;
    private readonly string _sha256;
    private readonly Random _random;
    private readonly Lock _lock = new();
    private readonly List<(Func<bool> Holds, TaskCompletionSource Signal)> _waits = [];

    private TestDevice(int port, string name, string modelFile)
    {
        Name = name;
        _model = Path.GetFileNameWithoutExtension(modelFile);
        _sha256 = OnnxModel.Load(modelFile).Sha256;
        _random = new Random(name.Length + 11);
        var options = new MqttSessionOptions { Host = "127.0.0.1", Port = port, ClientId = "test-" + name, ReconnectMinimum = TimeSpan.FromMilliseconds(20) };
        _session = new MqttSession(MqttTransports.Default, options, TimeProvider.System, NullLogger.Instance);
    }

    public string Name { get; }

    public ConcurrentDictionary<string, bool> Acknowledged { get; } = new();

    public ConcurrentDictionary<string, bool> Refused { get; } = new();

    /// <summary>Every parameter set received, in order.</summary>
    public ConcurrentQueue<(long Version, byte[] Bytes)> Sets { get; } = new();

    public static async Task<TestDevice> ConnectAsync(int port, string modelFile, string name = "cam-1", string group = "default")
    {
        var device = new TestDevice(port, name, modelFile);
        await device._session.SubscribeAsync(Topics.SampleAcknowledgements("default", name), device.OnAcknowledgementAsync);
        await device._session.SubscribeAsync(Topics.GroupParameters("default", group, device._model), device.OnParametersAsync);
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        device._session.StateChanged += state => _ = state == MqttSessionState.Connected && connected.TrySetResult();
        await device._session.StartAsync(CancellationToken.None);
        await connected.Task.WaitAsync(Patience);
        return device;
    }

    public SampleUpload NextUpload(string group = "default") => Upload(
        NpyFile.ToBytes(NpyArray.Of(TinyImages.Render(_random.Next(), 1, gain: 0.6, offset: 0.3).Frames, TinyImages.Size, TinyImages.Size, 3)), group);

    public SampleUpload Upload(byte[] content, string group = "default") => new()
    {
        Id = ContentHash.IdOf(content),
        Device = Name,
        Group = group,
        Model = _model,
        BaseModelSha256 = _sha256,
        ParameterVersion = 0,
        Entropy = 0.5f,
        ContentType = ContentTypes.NpyFrame,
        Content = content,
        Captured = DateTimeOffset.UnixEpoch,
    };

    public async Task SendAsync(params IEnumerable<SampleUpload> uploads)
    {
        foreach (SampleUpload upload in uploads)
        {
            await SendAsync(upload.ToMessage());
        }
    }

    public async Task SendAsync(MqttMessage message) =>
        Assert.Equal(PublishOutcome.Acknowledged, await _session.PublishAsync(message, CancellationToken.None));

    /// <summary>Ends when a condition on what was received holds.</summary>
    public Task UntilAsync(Func<bool> holds)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waits.Add((holds, signal));
        }

        Check();
        return signal.Task.WaitAsync(Patience);
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private ValueTask OnAcknowledgementAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        Assert.True(SampleAcknowledgement.TryParse(message, out SampleAcknowledgement? acknowledgement, out string? fault), fault);
        foreach (string id in acknowledgement.Ids)
        {
            Acknowledged[id] = true;
        }

        foreach (string id in acknowledgement.Refused)
        {
            Refused[id] = true;
        }

        Check();
        return ValueTask.CompletedTask;
    }

    private ValueTask OnParametersAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        Assert.True(ParametersPublication.TryParse(message, out ParametersPublication? publication, out string? fault), fault);
        Sets.Enqueue((publication.Set.Manifest.Version, message.Payload.ToArray()));
        Check();
        return ValueTask.CompletedTask;
    }

    private void Check()
    {
        lock (_lock)
        {
            foreach ((Func<bool> holds, TaskCompletionSource signal) in _waits)
            {
                if (holds())
                {
                    signal.TrySetResult();
                }
            }

            _waits.RemoveAll(w => w.Signal.Task.IsCompleted);
        }
    }
}
