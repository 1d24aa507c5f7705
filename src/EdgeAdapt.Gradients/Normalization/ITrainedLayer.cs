namespace EdgeAdapt.Gradients.Normalization;

/// <summary>A normalization layer in a gradient graph, its value already written.</summary>
internal interface ITrainedLayer
{
    /// <summary>Name of the value that it normalizes.</summary>
    string Input { get; }

    /// <summary>Name of its value.</summary>
    string Output { get; }

    /// <summary>Appends the backward nodes; the parameters' gradients become graph outputs.</summary>
    /// <param name="gradient">Gradient of the layer's value, or null where none reaches it: its parameters' gradients are 0 then.</param>
    /// <param name="wantsInput">Whether the gradient of the layer's input is needed.</param>
    /// <returns>That gradient, or null.</returns>
    string? EmitBackward(string? gradient, bool wantsInput);
}
