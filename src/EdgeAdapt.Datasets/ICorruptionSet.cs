namespace EdgeAdapt.Datasets;

/// <summary>Labelled images under several conditions: what a method of adaptation is judged on.</summary>
public interface ICorruptionSet
{
    /// <summary>The file or folder.</summary>
    string Path { get; }

    /// <summary>The conditions in the order in which they are shown; at least one.</summary>
    IReadOnlyList<string> Corruptions { get; }

    /// <summary>Opens the images of one condition; the caller disposes them.</summary>
    /// <param name="corruption">A name out of <see cref="Corruptions"/>.</param>
    /// <exception cref="DatasetException">There is no such condition, or its images cannot be used.</exception>
    ILabeledImages OpenCorruption(string corruption);
}
