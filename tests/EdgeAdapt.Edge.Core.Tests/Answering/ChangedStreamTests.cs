using System.Runtime.CompilerServices;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>A whole agent under a byte budget, by a clock that its camera moves: what a change of the stream gives free is collected at once.</summary>
public sealed class ChangedStreamTests : IDisposable
{
    private const int FramesPerSecond = 10;
    private const int Minute = 60 * FramesPerSecond;
    private readonly AgentFixture _fixture = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task RunAsync_StreamChangesUnderAByteBudget_UploadsTheReserveWithinABacklogsTime()
    {
        const int calm = 20 * Minute;
        var camera = new Camera(_time, calm, Minute + (Minute / 2));
        EdgeAgentOptions options = _fixture.Options(string.Empty) with
        {
            Broker = null,
            Upload = new UploadOptions { Budget = new ByteBudgetOptions { BytesPerHour = 200_000, BurstShare = 0.2 } },
        };
        await using EdgeAgent agent = EdgeAgent.Open(options, _ => throw new InvalidOperationException(), _time, _fixture.Logger, camera);
        camera.AfterBatch = batches => Assert.True(SpinWait.SpinUntil(() => agent.Counters.StatisticsRefreshes + agent.Counters.SkippedBatches >= batches, Within.Limit));
        await agent.RunAsync(CancellationToken.None).Reasonable();

        bool[] uploaded = [.. _fixture.Report("answer").Select(a => a.GetProperty("uploaded").GetBoolean())];
        int before = uploaded[(calm - Minute)..calm].Count(u => u);
        int after = uploaded[calm..].Count(u => u);
        Assert.True(after > 3 * Math.Max(1, before), $"{before} samples in the minute before the change, {after} in the minute and a half after it.");
    }

    /// <summary>Ten frames a second; each batch of 64 is in the statistics, or was left out, before the next frame comes.</summary>
    private sealed class Camera(ManualTime time, int calm, int changed) : IFrameSource
    {
        private const int Batch = 64;
        private readonly byte[] _before = TinyImages.Render(3, Batch).Frames;
        private readonly byte[] _after = TinyImages.Render(4, Batch, 0.5, 0.2).Frames;

        public string Description => "a camera";

        public Action<int> AfterBatch { get; set; } = _ => { };

        public async IAsyncEnumerable<Frame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            const int bytes = TinyImages.Size * TinyImages.Size * 3;
            for (int i = 0; i < calm + changed; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                time.Advance(TimeSpan.FromSeconds(1.0 / FramesPerSecond));
                if (i > 0 && i % Batch == 0)
                {
                    AfterBatch(i / Batch);
                }

                yield return new Frame
                {
                    Name = $"{i}", Bytes = (i < calm ? _before : _after).AsMemory(i % Batch * bytes, bytes), Height = TinyImages.Size, Width = TinyImages.Size,
                };
            }
        }

        public void Dispose()
        {
        }
    }
}
