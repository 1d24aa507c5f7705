namespace EdgeAdapt.Corruptions;

/// <summary>
/// Rain on the lens: drops at fixed places that grow. Each is a small lens: it shows the scene around it upside down and
/// shrunk, with a dark rim and a bright spot towards the sky.
/// </summary>
internal sealed class WaterDropsDrift() : CameraDrift("water_drops", "drops on the lens: the scene upside down in each, dark rims, highlights")
{
    private const int Drops = 16;
    private const float Shrink = 2.4f;

    internal override void Distort(DriftFrame frame, Span<byte> result)
    {
        float[] source = frame.ToUnit(), values = [.. source], refracted = new float[Canvas.Channels];
        foreach (LensSpot drop in LensSpot.Scatter(frame, Drops, 0.06, 0.15))
        {
            float radius = drop.Radius * drop.Grown;
            if (radius <= 0.5f)
            {
                continue;
            }

            for (int y = Math.Max(0, (int)(drop.Y - radius - 1)); y < Math.Min(frame.Height, (int)(drop.Y + radius) + 2); y++)
            {
                for (int x = Math.Max(0, (int)(drop.X - radius - 1)); x < Math.Min(frame.Width, (int)(drop.X + radius) + 2); x++)
                {
                    (float right, float down) = (x + 0.5f - drop.X, y + 0.5f - drop.Y);
                    float distance = MathF.Sqrt((right * right) + (down * down));
                    float inside = Math.Clamp(radius + 0.5f - distance, 0, 1);
                    if (inside > 0)
                    {
                        BilinearSample.Read(
                            source, frame.Height, frame.Width, drop.Y - (Shrink * down), drop.X - (Shrink * right), Border.Nearest, refracted);
                        Blend(values.AsSpan(((y * frame.Width) + x) * Canvas.Channels, Canvas.Channels), refracted, inside, right / radius, down / radius);
                    }
                }
            }
        }

        DriftFrame.Store(values, result);
    }

    private static void Blend(Span<float> pixel, float[] refracted, float inside, float right, float down)
    {
        float rim = DriftFrame.Ramp(MathF.Sqrt((right * right) + (down * down)), 0.7f, 1);
        float toHighlight = MathF.Sqrt(((right + 0.35f) * (right + 0.35f)) + ((down + 0.4f) * (down + 0.4f)));
        float highlight = 0.45f * (1 - DriftFrame.Ramp(toHighlight, 0, 0.35f));
        for (int c = 0; c < pixel.Length; c++)
        {
            float drop = (refracted[c] * (1 - (0.5f * rim))) + highlight;
            pixel[c] += inside * (drop - pixel[c]);
        }
    }
}
