namespace EdgeAdapt.Adaptation;

/// <summary>A method that can be made by its name, with the constants that its options record holds by default.</summary>
/// <param name="name">What it is called on a command line.</param>
/// <param name="description">One line: what it does.</param>
/// <param name="source">Paper and venue, or what of this product it is.</param>
/// <param name="make">Makes it; not called without a teacher where the method needs one.</param>
public sealed class MethodEntry(string name, string description, string source, Func<MethodContext, ITestTimeAdaptation> make)
{
    /// <summary>What it is called on a command line: lower case, words joined by '-'.</summary>
    public string Name { get; } = name;

    /// <summary>One line: what it does.</summary>
    public string Description { get; } = description;

    /// <summary>Paper and venue, or what of this product it is.</summary>
    public string Source { get; } = source;

    /// <summary>Whether it learns from a teacher.</summary>
    public bool NeedsTeacher { get; init; }

    /// <summary>Whether its parameters come back from a cloud, so that a delay changes it: the method is an <see cref="IDelayedParameters"/>.</summary>
    public bool HasDelay { get; init; }

    /// <summary>Makes the method; the caller disposes it.</summary>
    /// <exception cref="ArgumentException">It needs a teacher and there is none.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">The models do not fit each other, or training cannot pass through an operator.</exception>
    public ITestTimeAdaptation Create(MethodContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return NeedsTeacher && context.Teacher is null
            ? throw new ArgumentException($"The method {Name} learns from a teacher; give one, or choose another method.", nameof(context))
            : make(context);
    }
}
