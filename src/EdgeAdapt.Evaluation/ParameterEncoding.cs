namespace EdgeAdapt.Evaluation;

/// <summary>How the tensors of a parameter set are encoded, for the count of bytes.</summary>
public enum ParameterEncoding
{
    /// <summary>Four bytes a value.</summary>
    Float32,

    /// <summary>Two bytes a value.</summary>
    Float16,
}
