using System.Diagnostics;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Prepared;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>Times every route of a model on the same parameters and the same image.</summary>
internal static class RouteComparison
{
    private const int Answers = 30;

    /// <summary>The routes in the order of the table.</summary>
    /// <param name="model">The model.</param>
    /// <param name="imageShape"><c>[C, H, W]</c>.</param>
    /// <param name="settings">How to run it.</param>
    public static IEnumerable<Func<ISwapRoute>> Routes(NormalizationModel model, IReadOnlyList<int> imageShape, SessionSettings settings)
    {
        yield return () => new SessionRoute("rebuilt from bytes", model, parameters => new ModelSession(model.With(parameters).ToBytes(), settings));
        yield return () => new OverrideRoute(model, settings, fold: true, share: false);
        yield return () => new OverrideRoute(model, settings, fold: false, share: false);
        yield return () => new OverrideRoute(model, settings, fold: false, share: true);
        yield return () => new InputRoute(model, settings);
        yield return () =>
        {
            PreparedModel prepared = PreparedModel.TryCreate(model, imageShape, settings, Path.GetTempPath(), out string? reason) ?? throw new IOException(reason);
            return new SessionRoute("prepared, folded by EdgeAdapt", model, prepared.Build, prepared);
        };
    }

    /// <summary>Times one.</summary>
    /// <param name="route">The route; disposed.</param>
    /// <param name="sets">Parameters to swap between.</param>
    /// <param name="expected">Logits under each, from a model rebuilt with them.</param>
    /// <param name="image">The image.</param>
    /// <param name="swaps">Swaps, after two that are not timed.</param>
    public static RouteTiming Time(ISwapRoute route, IReadOnlyList<LayerParameters>[] sets, float[][] expected, FloatTensor image, int swaps)
    {
        using (route)
        {
            List<double> swap = [], first = [], steady = [];
            double error = 0;
            for (int i = -2; i < swaps; i++)
            {
                int set = (i + sets.Length) % sets.Length;
                long start = Stopwatch.GetTimestamp();
                route.Swap(sets[set]);
                double swapped = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                start = Stopwatch.GetTimestamp();
                float[] logits = route.Run(image);
                if (i >= 0)
                {
                    swap.Add(swapped);
                    first.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }

                error = Math.Max(error, logits.Zip(expected[set]).Max(p => Math.Abs(p.First - p.Second)) / expected[set].Max(MathF.Abs));
            }

            for (int i = -Answers; i < 3 * Answers; i++)
            {
                long start = Stopwatch.GetTimestamp();
                route.Run(image);
                if (i >= 0)
                {
                    steady.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }

            return new RouteTiming(route.Name, Percentiles.Of(swap), Percentiles.Of(first), Percentiles.Of(steady), error);
        }
    }
}
