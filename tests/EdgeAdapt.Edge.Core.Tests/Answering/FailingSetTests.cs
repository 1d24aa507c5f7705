using System.Runtime.CompilerServices;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>A parameter set under which the model computes a blank image and fails on every frame.</summary>
public sealed class FailingSetTests : IDisposable
{
    private readonly AgentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task RunAsync_SetUnderWhichEveryRunFails_IsTakenBack()
    {
        EdgeAgentOptions options = _fixture.Options(string.Empty) with
        {
            Broker = null, Guard = new RolloutGuardOptions { Window = 32, CanaryFrames = 0, MaximumDistance = 1000, MaximumShift = 1000 },
        };
        byte[] file = FragileClassifier.CreateBytes();
        File.WriteAllBytes(options.Model, file);
        NormalizationModel model = NormalizationModel.Of(OnnxModel.Parse(file, "fragile"));
        var manifest = new ParameterSetManifest { BaseModelSha256 = model.Model.Sha256, Version = 1, Scope = Tiny.Group };
        ParameterSet set = model.Pack(manifest, [.. model.Source.Select(p => p with { Scale = [.. p.Scale.Select(v => 100 * v)] })]);
        var camera = new Camera();
        await using EdgeAgent agent = EdgeAgent.Open(options, _ => throw new InvalidOperationException(), TimeProvider.System, _fixture.Logger, camera);
        camera.HasSet = () => agent.Counters.ParameterSwaps > 0;
        camera.Until = () => agent.Counters.Reversals == 1 && agent.ParameterVersion == 0;
        Task run = agent.RunAsync(CancellationToken.None);
        ParametersDecision decision = await agent.Model.OfferAsync(ParameterSetFile.ToBytes(set), null, CancellationToken.None).Reasonable();
        Assert.True(decision.Accepted, decision.Refusal);
        await run.Reasonable();
        Assert.InRange(agent.Counters.Failed, 1, agent.Counters.Seen - 1);
        Assert.Contains("fail", Assert.Single(_fixture.Report("revert")).GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains(_fixture.Report("answer"), a => a.TryGetProperty("reason", out var reason) && reason.GetString()!.Contains("ONNX Runtime failed", StringComparison.Ordinal));
    }

    private sealed class Camera : IFrameSource
    {
        // Under the set; where it is never taken back the test fails rather than hangs.
        private const int MostFrames = 20_000;
        private readonly byte[] _pixels = TinyImages.Render(3, 64).Frames;

        public string Description => "a camera";

        public Func<bool> HasSet { get; set; } = () => false;

        public Func<bool> Until { get; set; } = () => false;

        public async IAsyncEnumerable<Frame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            const int bytes = TinyImages.FrameBytes;
            for (int i = 0, answered = 0; answered < MostFrames && !Until(); i++)
            {
                answered += HasSet() ? 1 : 0;
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                yield return new Frame { Name = $"{i}", Bytes = _pixels.AsMemory(i % 64 * bytes, bytes), Height = TinyImages.Size, Width = TinyImages.Size };
            }
        }

        public void Dispose()
        {
        }
    }
}
