using Microsoft.ML.OnnxRuntime;

namespace EdgeAdapt.Onnx.Sessions;

/// <summary>How ONNX Runtime runs a model.</summary>
public sealed record SessionSettings
{
    static SessionSettings() => NativeTelemetry.Disable();

    /// <summary>All cores, every graph optimization, the CPU.</summary>
    public static SessionSettings Default { get; } = new();

    /// <summary>Threads inside one operator; 0 for one a core. One thread makes sums independent of the machine's core count.</summary>
    public int Threads { get; init; }

    /// <summary>Whether ONNX Runtime may rewrite the graph (fold, fuse, change layouts). Off keeps every named value alive.</summary>
    public bool Optimize { get; init; } = true;

    /// <summary>
    /// Whether ONNX Runtime may compute on integers between DequantizeLinear and QuantizeLinear. Off for the float twin of a quantized model: there it
    /// would quantize the weights a second time, by ranges of its own, and no longer compute what the device computes.
    /// </summary>
    public bool IntegerKernels { get; init; } = true;

    /// <summary>
    /// Whether ONNX Runtime lays out one block for all values of a run once it has seen a run. The block comes on top of what that first run took:
    /// a training step, whose values are nearly all of the process, would hold up to twice what it needs, for no gain in speed.
    /// </summary>
    public bool PlanMemory { get; init; } = true;

    /// <summary>
    /// Whether the session keeps the memory of its values from one run to the next. Off for a session that runs now and then on large batches, whose memory would lie idle
    /// in between.
    /// </summary>
    public bool KeepMemory { get; init; } = true;

    /// <summary>Whether idle threads wait for work by spinning, which answers sooner and takes their cores from everything else meanwhile.</summary>
    public bool Spin { get; init; } = true;

    /// <summary>Where ONNX Runtime writes each operator's time, up to the file's ending; null for no profile. See <see cref="ModelSession.EndProfile"/>.</summary>
    public string? ProfilePrefix { get; init; }

    /// <summary>These settings for sessions on <see cref="Normalization.NormalizationModel.Model"/>, which may be a float twin.</summary>
    /// <param name="settings">The settings; null for the default.</param>
    public static SessionSettings ForTwin(SessionSettings? settings) => (settings ?? Default) with { IntegerKernels = false };

    /// <summary>The options object of ONNX Runtime; whoever calls disposes it.</summary>
    public SessionOptions ToNative()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = Threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = Optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
            EnableMemoryPattern = PlanMemory && KeepMemory,
            EnableCpuMemArena = KeepMemory,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        if (!IntegerKernels)
        {
            options.AddSessionConfigEntry("session.disable_quant_qdq", "1");
        }

        if (!Spin)
        {
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        }

        if (ProfilePrefix is not null)
        {
            options.ProfileOutputPathPrefix = ProfilePrefix;
            options.EnableProfiling = true;
        }

        return options;
    }
}
