using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>Layers that a method does not train, by name, and the gradient without them.</summary>
internal sealed class FrozenLayers
{
    private readonly bool[] _frozen;

    /// <summary>Finds the layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parts">Dotted parts of names: "layer4" freezes "layer4.1.bn2" but not "layer40.bn".</param>
    /// <exception cref="ArgumentException">No layer would be left.</exception>
    public FrozenLayers(NormalizationModel model, IReadOnlyList<string> parts)
    {
        _frozen = [.. model.Layers.Select(l => parts.Any(part => $".{l.Name}.".Contains($".{part}.", StringComparison.Ordinal)))];
        if (_frozen.All(f => f))
        {
            throw new ArgumentException($"Every normalization layer is among the frozen ones ({string.Join(", ", parts)}); leave one out.", nameof(parts));
        }
    }

    /// <summary>
    /// Top layers that the code of SAR and DeYO leaves alone: the last stage of an ImageNet ResNet, the last three blocks and
    /// the final norm of a ViT-B. Networks whose layers have none of these names are trained whole.
    /// </summary>
    public static IReadOnlyList<string> Published { get; } = ["layer4", "blocks.9", "blocks.10", "blocks.11", "norm"];

    /// <summary>Whether the layer of that place in the model is one of them.</summary>
    public bool Contains(int layer) => _frozen[layer];

    /// <summary>The gradients with zeros for the frozen layers; null stays null.</summary>
    public IReadOnlyList<LayerGradient>? Clear(IReadOnlyList<LayerGradient>? gradients) =>
        gradients is null ? null : [.. gradients.Select((g, i) => _frozen[i] ? new LayerGradient(new float[g.Scale.Length], new float[g.Bias.Length]) : g)];
}
