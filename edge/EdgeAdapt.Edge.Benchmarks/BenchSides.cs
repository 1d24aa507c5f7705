using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>The two sides of `bench edge`: both read the same frames, bring them into form with the same operators and ask the same model, its layers folded.</summary>
/// <param name="Model">The model file, layers kept; a folded copy lies beside it.</param>
/// <param name="Frames">What the camera sees.</param>
/// <param name="WarmUp">Frames before the clock runs.</param>
/// <param name="Count">Frames while it runs.</param>
/// <param name="Threads">Threads of one inference; 0 for one a core.</param>
/// <param name="Turns">When to leave the machine to the other side.</param>
internal sealed record BenchSides(string Model, IReadOnlyList<Frame> Frames, int WarmUp, int Count, int Threads, Turns Turns)
{
    // A megabyte a minute buys a small share of the frames at these rates, as a camera's uplink does.
    private const long BudgetBytesPerMinute = 1_000_000;

    /// <summary>A loop around ONNX Runtime's own API and nothing else.</summary>
    /// <param name="folded">The model with its layers folded into the convolutions by ONNX Runtime.</param>
    public SideResult RunBare(string folded)
    {
        ModelManifest manifest = ModelManifest.Load(Model);
        using var preprocessor = new ImagePreprocessor(manifest);
        using var options = new SessionOptions { IntraOpNumThreads = Threads };
        using var session = new InferenceSession(folded, options);
        using var run = new RunOptions();
        string[] inputs = [.. session.InputMetadata.Keys];
        string[] outputs = [.. session.OutputMetadata.Keys];
        long[] shape = [1, 3, manifest.Height, manifest.Width];
        var taken = new long[Count + 1];
        int[] classes = new int[session.OutputMetadata[outputs[0]].Dimensions[^1]];
        for (int i = 0; i < WarmUp + Count; i++)
        {
            Turns.BeforeFrame();
            if (i >= WarmUp)
            {
                taken[i - WarmUp] = Turns.GetTimestamp();
            }

            Frame frame = Frames[i % Frames.Count];
            float[] values = preprocessor.PreprocessPixels(frame.Bytes, frame.Height, frame.Width, 3);
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(values, shape);
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, inputs, [input], outputs);
            classes[System.Numerics.Tensors.TensorPrimitives.IndexOfMax(results[0].GetTensorDataAsSpan<float>())]++;
        }

        taken[Count] = Turns.GetTimestamp();
        return new SideResult(
            Count, Turns.GetElapsedTime(taken[0], taken[Count]).TotalSeconds,
            Percentiles.Of(Enumerable.Range(1, Count).Select(i => Turns.GetElapsedTime(taken[i - 1], taken[i]).TotalMilliseconds)),
            ProcessMemory.Resident, ProcessMemory.Peak, 0, 0);
    }

    /// <summary>The agent: entropy filter, statistics of its own, guard, outbox under a byte budget; no broker.</summary>
    /// <param name="state">Its folder.</param>
    public async Task<SideResult> RunAgentAsync(string state)
    {
        var source = new TimedFrames(Frames, WarmUp, Count, Turns);
        var options = new EdgeAgentOptions
        {
            Model = Model,
            Source = string.Empty,
            Device = "bench",
            State = state,
            Threads = Threads,

            // Every minute by default: the first report, which compiles its code, would come in the middle of the timed frames.
            Drift = new DriftOptions { ReportPeriod = TimeSpan.FromSeconds(5) },
            Upload = new UploadOptions { Budget = new ByteBudgetOptions { BytesPerMinute = BudgetBytesPerMinute } },

            // Random weights are sure or unsure of everything alike; the budget alone selects.
            Filter = EntropyFilterOptions.Device with { EntropyHighMargin = 1, EntropyLowMargin = null },
        };
        EdgeAgent agent = EdgeAgent.Open(options, _ => throw new InvalidOperationException("There is no broker."), Turns, NullLogger.Instance, source);
        await using (agent.ConfigureAwait(false))
        {
            await agent.RunAsync(CancellationToken.None).ConfigureAwait(false);
            double[] milliseconds = [.. source.Milliseconds];
            return new SideResult(
                Count, milliseconds.Sum() / 1000, Percentiles.Of(milliseconds), ProcessMemory.Resident, ProcessMemory.Peak,
                agent.Counters.StatisticsRefreshes, agent.Counters.Selected);
        }
    }

    /// <summary>The model as ONNX Runtime folds it, as a file.</summary>
    public static void WriteFolded(string model, string folded)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC, OptimizedModelFilePath = folded };
        using var session = new InferenceSession(NormalizationModel.Of(OnnxModel.Load(model)).Model.ToBytes(), options);
    }
}
