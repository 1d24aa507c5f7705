using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Gradients.Normalization;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>One layer alone, against its definition (cema.md 1.2) in float64: values directly, gradients by central differences.</summary>
public sealed class TrainedLayerTests
{
    private const int Channels = 3;
    private const float Epsilon = 1e-3f;

    [Theory]
    [InlineData(TrainingStatistics.BatchRenormalization, new long[] { 4, 3, 2, 3 }, 0f)]
    [InlineData(TrainingStatistics.BatchRenormalization, new long[] { 5, 3, 4 }, 0f)]
    [InlineData(TrainingStatistics.BatchRenormalization, new long[] { 7, 3 }, 0f)]
    [InlineData(TrainingStatistics.BatchRenormalization, new long[] { 1, 3, 2, 3 }, 0f)]
    [InlineData(TrainingStatistics.BatchRenormalization, new long[] { 4, 3, 2, 3 }, 100f)]
    [InlineData(TrainingStatistics.BatchRenormalization, new long[] { 2, 3, 16, 17 }, 0f)]
    [InlineData(TrainingStatistics.Batch, new long[] { 2, 3, 16, 17 }, 0f)]
    [InlineData(TrainingStatistics.Batch, new long[] { 2, 3, 300 }, 100f)]
    [InlineData(TrainingStatistics.Batch, new long[] { 4, 3, 2, 3 }, 0f)]
    [InlineData(TrainingStatistics.Batch, new long[] { 5, 3, 4 }, 0f)]
    [InlineData(TrainingStatistics.Batch, new long[] { 7, 3 }, 0f)]
    [InlineData(TrainingStatistics.Batch, new long[] { 4, 3, 2, 3 }, 100f)]
    public void Layer_ValueGradientsStatistics_MatchDefinition(TrainingStatistics statistics, long[] shape, float level)
    {
        var random = new Random(5);
        int count = (int)shape.Aggregate(1L, (a, b) => a * b);
        float[] x = [.. Enumerable.Range(0, count).Select(_ => level + (float)random.NextDouble() - 0.3f)];
        float[] projection = [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2) - 1)];
        var parameters = new LayerParameters([1.5f, -0.5f, 0.25f], [0.1f, -0.2f, 0.3f], [level, level + 0.5f, level - 1], [0.5f, 2f, 1f]);
        var definition = new Definition(statistics, (int)shape[0], count / (int)shape[0] / Channels, parameters, x);

        Dictionary<string, FloatTensor> results = Run(statistics, shape, x, projection, parameters);

        // At level 100 the mean is some 350 deviations from 0; rounded to float32 it shifts every value by up to 1.5e-5
        // deviations. E[x²] − μ² would be wrong by 1e-2 there.
        const double Tolerance = 1e-4;
        (double[] input, double[] scale, double[] bias) = (Doubles(x), Doubles(parameters.Scale), Doubles(parameters.Bias));
        Close.Within("y", results["y"].Values, definition.Value(input, scale, bias), Tolerance);
        Close.Within("mean", results["edgeadapt.batch.m"].Values, definition.Mean, 1e-6);
        Close.Within("variance", results["edgeadapt.batch.v"].Values, definition.Variance, 1e-5);
        Close.Within("dx", results["dx"].Values, Differences(input, v => definition.Project(v, scale, bias, projection)), Tolerance);
        Close.Within("dscale", results["edgeadapt.gradient.g"].Values,
            Differences(scale, v => definition.Project(input, v, bias, projection)), Tolerance);
        Close.Within("dbias", results["edgeadapt.gradient.b"].Values,
            Differences(bias, v => definition.Project(input, scale, v, projection)), Tolerance);
    }

    [Fact]
    public void Statistics_LargeImages_AreExactToFiveDigits()
    {
        // As many values a channel as a ResNet's stem sees, far from 0: where sums of float32 lose most.
        long[] shape = [8, Channels, 112, 112];
        var random = new Random(8);
        float[] x = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => 20 + (float)(random.NextDouble() * random.NextDouble()))];
        var parameters = new LayerParameters([1, -1, 0], [0, 0, 0], [0, 0, 0], [1, 1, 1]);
        var definition = new Definition(TrainingStatistics.BatchRenormalization, 8, 112 * 112, parameters, x);

        Dictionary<string, FloatTensor> results = Run(TrainingStatistics.BatchRenormalization, shape, x, new float[x.Length], parameters);

        Close.Within("mean", results["edgeadapt.batch.m"].Values, definition.Mean, 1e-6);
        Close.Within("variance", results["edgeadapt.batch.v"].Values, definition.Variance, 1e-5);
    }

    private static Dictionary<string, FloatTensor> Run(
        TrainingStatistics statistics, long[] shape, float[] x, float[] projection, LayerParameters parameters)
    {
        var graph = new GraphProto { Name = "layer" };
        var writer = new GraphWriter(graph);
        writer.Input("x", shape);
        writer.Input("dy", shape);
        var layer = new TrainedLayer(writer, new NormalizationLayer("n", 0, Channels, Epsilon, "g", "b", "m", "v"), "x", new ValueShape(shape), statistics);
        layer.EmitValue("value");
        writer.Output("value", "y");
        writer.Output(layer.EmitBackward("dy", true)!, "dx");
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 16 } } };
        using var session = new ModelSession(model);
        var inputs = new Dictionary<string, FloatTensor> { ["x"] = new(x, shape), ["dy"] = new(projection, shape) };
        foreach ((string name, int index) in new[] { ("g", 0), ("b", 1), ("m", 2), ("v", 3) })
        {
            inputs[name] = new FloatTensor(parameters[index], Channels);
        }

        string[] outputs = [.. session.OutputNames];
        return outputs.Zip(session.Run(inputs, outputs)).ToDictionary(p => p.First, p => p.Second);
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    private static double[] Differences(double[] at, Func<double[], double> function)
    {
        const double Step = 1e-4;
        double[] slopes = new double[at.Length];
        for (int i = 0; i < at.Length; i++)
        {
            double[] moved = [.. at];
            moved[i] += Step;
            double above = function(moved);
            moved[i] -= 2 * Step;
            slopes[i] = (above - function(moved)) / (2 * Step);
        }

        return slopes;
    }

    /// <summary>The layer in float64; what the gradient must not see (r and d of batch renormalization) is frozen at the point of construction.</summary>
    private sealed class Definition
    {
        private readonly bool _renormalizes;
        private readonly int _images;
        private readonly int _positions;
        private readonly double[] _r = new double[Channels];
        private readonly double[] _d = new double[Channels];

        public Definition(TrainingStatistics statistics, int images, int positions, LayerParameters parameters, float[] x)
        {
            (_renormalizes, _images, _positions) = (statistics == TrainingStatistics.BatchRenormalization, images, positions);
            double[] at = Doubles(x);
            for (int c = 0; c < Channels; c++)
            {
                (Mean[c], Variance[c]) = Moments(at, c);
                double reference = Math.Sqrt(parameters.Variance[c] + Epsilon);
                (_r[c], _d[c]) = (Math.Sqrt(Variance[c] + Epsilon) / reference, (Mean[c] - parameters.Mean[c]) / reference);
            }
        }

        public double[] Mean { get; } = new double[Channels];

        public double[] Variance { get; } = new double[Channels];

        public double Project(double[] x, double[] scale, double[] bias, float[] projection) =>
            Value(x, scale, bias).Zip(projection, (a, b) => a * b).Sum();

        public double[] Value(double[] x, double[] scale, double[] bias)
        {
            double[] y = new double[x.Length];
            for (int c = 0; c < Channels; c++)
            {
                (double mean, double variance) = Moments(x, c);
                foreach (int i in Positions(c))
                {
                    double normalized = (x[i] - mean) / Math.Sqrt(variance + Epsilon);
                    y[i] = (scale[c] * (_renormalizes ? (normalized * _r[c]) + _d[c] : normalized)) + bias[c];
                }
            }

            return y;
        }

        private (double Mean, double Variance) Moments(double[] x, int channel)
        {
            double mean = Positions(channel).Average(i => x[i]);
            double squares = Positions(channel).Sum(i => (x[i] - mean) * (x[i] - mean));
            return (mean, squares / ((_images * _positions) - (_renormalizes ? 1 : 0)));
        }

        private IEnumerable<int> Positions(int channel) =>
            from n in Enumerable.Range(0, _images) from p in Enumerable.Range(0, _positions) select (((n * Channels) + channel) * _positions) + p;
    }
}
