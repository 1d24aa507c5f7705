using EdgeAdapt.Edge.Core.Resources;
using EdgeAdapt.Edge.Server;

namespace EdgeAdapt.Edge.Agent;

/// <summary>Defaults of the settings that a small memory or few processors would not bear. What somebody sets stays as it is set.</summary>
/// <param name="Threads">Threads of one inference; 0 for one a core.</param>
/// <param name="HttpImages">Images of requests at once.</param>
/// <param name="HttpBytes">Largest request.</param>
/// <param name="StatisticsBatch">Frames between two refreshes of the statistics.</param>
internal sealed record LimitedDefaults(int Threads, int HttpImages, long HttpBytes, int StatisticsBatch)
{
    /// <summary>Memory beside the model's from which nothing has to be smaller: four requests of the largest size, and their images as numbers, fit it twice.</summary>
    public const long Ample = 256_000_000;

    private const int FewestImages = 8;
    private const long SmallestRequest = 1 << 20;
    private const int SmallestStatisticsBatch = 8;

    /// <summary>Those of a device with room for everything.</summary>
    public static LimitedDefaults None { get; } = new(0, new ServerOptions().MaximumImages, new ServerOptions().MaximumRequestBytes, 32);

    /// <summary>Those for a device.</summary>
    /// <param name="limits">What it allows. A machine's own memory counts as much as a control group's limit.</param>
    /// <param name="modelBytes">Length of the model's file.</param>
    public static LimitedDefaults For(ResourceLimits limits, long modelBytes)
    {
        double room = limits.MemoryBytes is { } memory ? Math.Clamp((double)(memory - MemoryNeed.Of(modelBytes)) / Ample, 0, 1) : 1;
        return new LimitedDefaults(

            // ONNX Runtime counts the machine's cores, whatever the group allows: its threads would wait for each other, each with the others' share of the time.
            limits.GroupProcessors is { } processors ? (int)Math.Clamp(processors, 1, Environment.ProcessorCount) : None.Threads,
            (int)Math.Max(FewestImages, None.HttpImages * room),
            Math.Max(SmallestRequest, (long)(None.HttpBytes * room) >> 20 << 20),
            PowerOfTwo(Math.Max(SmallestStatisticsBatch, None.StatisticsBatch * room)));
    }

    private static int PowerOfTwo(double atMost) => 1 << (int)Math.Log2(atMost);
}
