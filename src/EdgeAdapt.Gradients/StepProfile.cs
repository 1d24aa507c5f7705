using System.Text.Json;

namespace EdgeAdapt.Gradients;

/// <summary>Where the time of one step went, as ONNX Runtime's own profiler has it.</summary>
/// <param name="FloorSeconds">
/// In the network's convolutions and matrix products and their adjoints: what no gradient graph can do without. Depthwise
/// 1 × 1 convolutions do not count: they are this engine's way to scale channels, not the network's.
/// </param>
/// <param name="Operators">All operators, the longest first.</param>
public sealed record StepProfile(double FloorSeconds, IReadOnlyList<OperatorTime> Operators)
{
    private static readonly string[] Products = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

    /// <summary>Reads the last run of a profile.</summary>
    /// <param name="path">A file of <see cref="Onnx.Sessions.ModelSession.EndProfile"/>.</param>
    /// <exception cref="InvalidDataException">It holds no run.</exception>
    internal static StepProfile Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement[] events = [.. document.RootElement.EnumerateArray()];
        JsonElement run = events.LastOrDefault(e => Text(e, "name") == "model_run");
        if (run.ValueKind == JsonValueKind.Undefined)
        {
            throw new InvalidDataException($"'{path}' holds no run of a model.");
        }

        long start = run.GetProperty("ts").GetInt64();
        JsonElement[] kernels = [.. events.Where(e => Text(e, "cat") == "Node" && e.GetProperty("ts").GetInt64() >= start && Text(e, "name").EndsWith("_kernel_time", StringComparison.Ordinal))];
        OperatorTime[] operators =
        [
            .. kernels.GroupBy(Operator).Select(g => new OperatorTime(g.Key, g.Count(), g.Sum(Seconds))).OrderByDescending(o => o.Seconds),
        ];
        return new StepProfile(kernels.Where(IsProduct).Sum(Seconds), operators);
    }

    private static bool IsProduct(JsonElement kernel)
    {
        string name = Operator(kernel);
        return Products.Any(p => name.EndsWith(p, StringComparison.Ordinal)) && !ScalesChannels(kernel.GetProperty("args"));
    }

    /// <summary>Whether the weights are <c>[C, 1, 1, …]</c>.</summary>
    private static bool ScalesChannels(JsonElement arguments)
    {
        JsonElement[] inputs = [.. arguments.GetProperty("input_type_shape").EnumerateArray()];
        long[] weights = inputs.Length < 2 ? [] : [.. inputs[1].EnumerateObject().First().Value.EnumerateArray().Select(d => d.GetInt64())];
        return weights.Length > 2 && weights.Skip(1).All(d => d == 1);
    }

    private static string Operator(JsonElement kernel) => Text(kernel.GetProperty("args"), "op_name");

    private static double Seconds(JsonElement kernel) => kernel.GetProperty("dur").GetInt64() / 1e6;

    private static string Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) ? value.GetString() ?? string.Empty : string.Empty;
}
