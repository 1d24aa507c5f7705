namespace EdgeAdapt.Corruptions;

/// <summary>
/// Noon to night: light falls while exposure makes up for half of it, colours turn warm at dusk and blue and pale at night,
/// and the gain brings out photon and read noise. Computed in linear light (power 2.2).
/// </summary>
internal sealed class DayNightDrift() : CameraDrift("day_night", "noon to dusk to night: darker, warm then blue, paler, noisier")
{
    private const float Gamma = 2.2f;
    private const float StopsLost = 2.9f;
    private const float PhotonsAtNoon = 20_000;
    private const float StopsOfGain = 7;
    private const float ReadNoise = 0.005f;

    internal override void Distort(DriftFrame frame, Span<byte> result)
    {
        float dusk = DriftFrame.Ramp(frame.Progress, 0.15f, 0.5f) * (1 - DriftFrame.Ramp(frame.Progress, 0.55f, 0.9f));
        float night = DriftFrame.Ramp(frame.Progress, 0.45f, 1);
        float light = MathF.Pow(2, -StopsLost * DriftFrame.Ramp(frame.Progress, 0, 1));
        float photons = PhotonsAtNoon * MathF.Pow(2, -StopsOfGain * frame.Progress);
        float read = ReadNoise * frame.Progress * frame.Progress;
        float[] tint = [1 + (0.22f * dusk) - (0.12f * night), 1 - (0.04f * dusk) - (0.04f * night), 1 - (0.38f * dusk) + (0.22f * night)];
        float[] values = Array.ConvertAll(frame.ToUnit(), v => MathF.Pow(v, Gamma));
        float pale = 0.55f * night;
        for (int i = 0; i < values.Length; i += Canvas.Channels)
        {
            float grey = (0.2126f * values[i]) + (0.7152f * values[i + 1]) + (0.0722f * values[i + 2]);
            for (int c = 0; c < Canvas.Channels; c++)
            {
                float color = ((values[i + c] * (1 - pale)) + (grey * pale)) * tint[c] * light;
                float noise = frame.Progress > 0 ? MathF.Sqrt((color / photons) + (read * read)) * frame.Noise.Normal() : 0;
                values[i + c] = MathF.Pow(Math.Max(0, color + noise), 1 / Gamma);
            }
        }

        DriftFrame.Store(values, result);
    }
}
