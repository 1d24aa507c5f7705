namespace EdgeAdapt.Training;

/// <summary>Which parameters of a network are trained; the others keep their values.</summary>
public enum TrainedPart
{
    /// <summary>γ and β of the normalization layers, as in Frankle, Schwab and Morcos, "Training BatchNorm and Only BatchNorm" (ICLR 2021).</summary>
    Normalization,

    /// <summary>γ, β and every weight and bias.</summary>
    All,

    /// <summary>As many weights and biases as there are γ and β, chosen at random: the control of the same paper.</summary>
    Random,
}
