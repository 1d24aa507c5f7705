namespace EdgeAdapt.Training;

/// <summary>Generic changes to training pictures, beyond mirroring and cropping; each hits a random part of them.</summary>
[Flags]
public enum Distortions
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Brightness and contrast times 0.35 to 1.15; in 4 of 10 pictures all levels moved by −0.1 to 0.3; in 3 of 10 up to 80 % of the colour gone.</summary>
    Colour = 1,

    /// <summary>In 3 of 10 pictures two 3 × 3 means, blended over the picture by 0.3 to 1.</summary>
    Blur = 2,

    /// <summary>In 4 of 10 pictures normal noise of a standard deviation up to 0.09 of full scale.</summary>
    Noise = 4,

    /// <summary>Two squares of a tenth to a fifth of the side, each in 2 of 10 pictures, in one colour (random erasing, Zhong et al. 2020).</summary>
    Erase = 8,
}
