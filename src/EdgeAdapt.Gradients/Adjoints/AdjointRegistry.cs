using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Every operator that training can pass through.</summary>
internal static class AdjointRegistry
{
    private static readonly IAdjoint[] Adjoints =
    [
        new ConvAdjoint(), new ConvTransposeAdjoint(), new GemmAdjoint(), new MatMulAdjoint(),
        new ReluAdjoint(), new LeakyReluAdjoint(), new ClipAdjoint(), new SmoothActivationAdjoint(), new HardActivationAdjoint(), new GeluAdjoint(), new SoftmaxAdjoint(),
        new AddAdjoint(), new SubAdjoint(), new MulAdjoint(), new DivAdjoint(), new PowAdjoint(), new ExtremeAdjoint(), new WhereAdjoint(),
        new MaxPoolAdjoint(), new AveragePoolAdjoint(), new GlobalAveragePoolAdjoint(), new GlobalMaxPoolAdjoint(), new ReduceAdjoint(), new ReduceExtremeAdjoint(), new ResizeAdjoint(),
        new PadAdjoint(), new SliceAdjoint(), new ConcatAdjoint(), new SplitAdjoint(), new ReshapeAdjoint(), new TransposeAdjoint(),
        new GatherAdjoint(), new ExpandAdjoint(), new DepthToSpaceAdjoint(),
        new IdentityAdjoint(), new DropoutAdjoint(), new CastAdjoint(), new QuantizeAdjoint(), new DequantizeAdjoint(),
    ];

    private static readonly Dictionary<string, IAdjoint> ByOperator = Adjoints
        .SelectMany(a => a.Operators.Select(o => (Operator: o, Adjoint: a))).ToDictionary(p => p.Operator, p => p.Adjoint, StringComparer.Ordinal);

    private static readonly HashSet<string> WithoutGradient = new(StringComparer.Ordinal)
    {
        "Shape", "Size", "ArgMax", "ArgMin", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Not", "IsNaN", "IsInf",
        "NonZero", "ConstantOfShape",
    };

    /// <summary>The adjoint of a node, or null where there is none.</summary>
    public static IAdjoint? Find(NodeProto node) => node.Domain is "" or "ai.onnx" ? ByOperator.GetValueOrDefault(node.OpType) : null;

    /// <summary>Whether a node's outputs do not vary smoothly with its inputs, so that no gradient passes: shapes, indices, comparisons.</summary>
    public static bool CutsGradient(NodeProto node) =>
        node.Domain is "" or "ai.onnx" &&
        (WithoutGradient.Contains(node.OpType) ||
            (node.OpType == "Cast" && (DataType)node.Int("to", 0) is not (DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16)));

    /// <summary>Why a gradient cannot pass through a node, with the remedy, or null.</summary>
    public static string? FindObstacle(NodeProto node, GraphConstants constants) => Find(node) is { } adjoint
        ? adjoint.FindObstacle(node, constants)
        : "training cannot pass through this operator; export the model with operators that 'inspect' lists as supported, " +
            "or keep normalization layers after it only";
}
