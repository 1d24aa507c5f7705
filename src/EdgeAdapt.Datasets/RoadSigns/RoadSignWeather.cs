namespace EdgeAdapt.Datasets;

/// <summary>The conditions that the road-sign camera drifts through.</summary>
public enum RoadSignWeather
{
    /// <summary>A clear day: what the demo models were trained on.</summary>
    Clean,

    /// <summary>Contrast falls towards a bright grey, more in some places than in others.</summary>
    Fog,

    /// <summary>Dusk: little light, shot and read noise, a blue cast.</summary>
    LowLight,

    /// <summary>The camera or the car moves during the exposure.</summary>
    MotionBlur,

    /// <summary>Grey light, a wet lens and bright streaks.</summary>
    Rain,

    /// <summary>Haze, flakes, and white on the ground.</summary>
    Snow,
}
