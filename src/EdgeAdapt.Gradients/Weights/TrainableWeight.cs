namespace EdgeAdapt.Gradients.Weights;

/// <summary>A weight or bias of a model that can be trained: an initializer that a Conv, Gemm, MatMul or Add reads.</summary>
/// <param name="Name">Its name in the model's graph.</param>
/// <param name="Shape">Its dimensions, as the operator has them: <c>[M, C/groups, kH, kW]</c> for a convolution.</param>
/// <param name="Operator">The operator that reads it first.</param>
/// <param name="IsBias">Whether it is added rather than multiplied.</param>
/// <param name="FanIn">How many products each output sums, for initialization; 0 for a bias.</param>
public sealed record TrainableWeight(string Name, IReadOnlyList<long> Shape, string Operator, bool IsBias, long FanIn)
{
    /// <summary>The number of values.</summary>
    public int Length => (int)Shape.Aggregate(1L, (a, b) => a * b);
}
