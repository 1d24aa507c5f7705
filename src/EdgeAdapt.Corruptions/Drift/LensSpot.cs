namespace EdgeAdapt.Corruptions;

/// <summary>Something that sits on a lens.</summary>
/// <param name="X">Centre, in pixels.</param>
/// <param name="Y">Centre, in pixels.</param>
/// <param name="Radius">In pixels, when fully grown.</param>
/// <param name="Strength">0 to 1, of its own.</param>
/// <param name="Grown">0 (not there yet) to 1, at this progress.</param>
internal readonly record struct LensSpot(float X, float Y, float Radius, float Strength, float Grown)
{
    private const float GrowthTime = 0.25f;

    /// <summary>The spots of a scene; they appear one after another, evenly over the drift.</summary>
    public static LensSpot[] Scatter(DriftFrame frame, int count, double smallest, double largest)
    {
        var spots = new LensSpot[count];
        for (int i = 0; i < count; i++)
        {
            float begins = (1 - GrowthTime) * i / count;
            spots[i] = new LensSpot(
                (float)frame.Scene.Between(0, frame.Width), (float)frame.Scene.Between(0, frame.Height),
                (float)frame.Scene.Between(smallest, largest) * frame.Side, (float)frame.Scene.Uniform(),
                DriftFrame.Ramp(frame.Progress, begins, begins + GrowthTime));
        }

        return spots;
    }
}
