namespace EdgeAdapt.Corruptions;

/// <summary>Which of the two published sets of severity constants is used; blur in pixels means something else at 32² and at 224².</summary>
public enum CorruptionScale
{
    /// <summary>The constants of CIFAR-10-C, made for 32 x 32.</summary>
    Cifar,

    /// <summary>The constants of ImageNet-C, made for 224 x 224.</summary>
    ImageNet,
}
