using System.Runtime.CompilerServices;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>An agent whose frames come from the program that it is part of.</summary>
public sealed class LiveSourceTests : IDisposable
{
    private readonly AgentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task RunAsync_SourceOfTheCaller_AnswersItsFramesAndDisposesIt()
    {
        var source = new Camera(200);
        await using (EdgeAgent agent = Open(source))
        {
            await agent.RunAsync(CancellationToken.None).Reasonable();
            Assert.Equal((200L, 0L), (agent.Counters.Answered, agent.Counters.Failed));
        }

        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task RunAsync_FramesFasterThanStatistics_SkipsBatchesAndAnswersAll()
    {
        var source = new Camera(6400);
        await using EdgeAgent agent = Open(source, load: 0.001);
        source.AfterFirstBatch = () => SpinWait.SpinUntil(() => agent.Counters.StatisticsRefreshes > 0, Within.Limit);
        await agent.RunAsync(CancellationToken.None).Reasonable();
        Assert.Equal(6400, agent.Counters.Answered);
        Assert.InRange(agent.Counters.SkippedBatches, 1, 99);
        Assert.InRange(agent.Counters.StatisticsRefreshes, 1, 100 - agent.Counters.SkippedBatches);
    }

    [Fact]
    public void Open_OptionsWrong_DisposesTheSource()
    {
        var source = new Camera(1);
        Assert.Throws<EdgeAgentException>(() => Open(source, load: 7));
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public void Open_ModelDamaged_DisposesTheSource()
    {
        var source = new Camera(1);
        EdgeAgentOptions options = _fixture.Options(string.Empty) with { Broker = null };
        File.WriteAllText(options.Model, "no model");
        Assert.Throws<EdgeAgentException>(() => EdgeAgent.Open(options, _ => throw new InvalidOperationException(), TimeProvider.System, _fixture.Logger, source));
        Assert.True(source.IsDisposed);
    }

    private EdgeAgent Open(IFrameSource source, double load = 0.02) => EdgeAgent.Open(
        _fixture.Options(string.Empty) with { Broker = null, StatisticsLoad = load }, _ => throw new InvalidOperationException(), TimeProvider.System, _fixture.Logger, source);

    private sealed class Camera(int count) : IFrameSource
    {
        private readonly byte[] _pixels = TinyImages.Render(3, 64).Frames;

        public string Description => "a camera";

        public bool IsDisposed { get; private set; }

        public Action AfterFirstBatch { get; set; } = () => { };

        public async IAsyncEnumerable<Frame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            const int bytes = TinyImages.Size * TinyImages.Size * 3;
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (i == 64)
                {
                    AfterFirstBatch();
                }

                yield return new Frame { Name = $"{i}", Bytes = _pixels.AsMemory(i % 64 * bytes, bytes), Height = TinyImages.Size, Width = TinyImages.Size };
            }
        }

        public void Dispose() => IsDisposed = true;
    }
}
