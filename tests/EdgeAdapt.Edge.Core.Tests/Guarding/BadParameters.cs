using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>The ways to be bad that every device must survive, by name, for any model.</summary>
internal static class BadParameters
{
    public static IReadOnlyList<LayerParameters> Of(NormalizationModel model, string kind)
    {
        var random = new Random(7);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        int last = model.Layers.Count - 1;
        return kind switch
        {
            "random" => [.. model.Source.Select(p => p with { Scale = [.. p.Scale.Select(_ => Normal())], Bias = [.. p.Bias.Select(_ => Normal())] })],
            "shuffled" => [.. model.Source.Select(p => p with { Scale = Shuffle(p.Scale, random), Bias = Shuffle(p.Bias, random) })],
            "sign-flipped" => [.. model.Source.Select(p => p with { Scale = [.. p.Scale.Select(v => -v)] })],
            "one class" => [.. model.Source.Select((p, i) => i < last ? p : p with { Bias = [.. p.Bias.Select(v => v + 20)] })],
            "not a number" => [.. model.Source.Select((p, i) => i < last ? p : p with { Bias = [float.NaN, .. p.Bias[1..]] })],
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private static float[] Shuffle(float[] values, Random random)
    {
        float[] shuffled = [.. values];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
