namespace EdgeAdapt.Corruptions;

/// <summary>A slipped hood or a closing iris: the corners go dark, then the edges; the centre stays.</summary>
internal sealed class VignettingDrift() : CameraDrift("vignetting", "corners and edges go dark, the centre stays")
{
    private const float Falloff = 2.4f;

    internal override void Distort(DriftFrame frame, Span<byte> result)
    {
        float[] values = frame.ToUnit();
        float corner = ((frame.Height * frame.Height) + (frame.Width * frame.Width)) / 4f;
        for (int i = 0; i < values.Length; i++)
        {
            float x = (i / Canvas.Channels % frame.Width) + 0.5f - (frame.Width / 2f), y = (i / Canvas.Channels / frame.Width) + 0.5f - (frame.Height / 2f);
            float radius = ((x * x) + (y * y)) / corner;

            // The law of natural vignetting, cos⁴ of the angle, with an angle that grows far beyond a real lens's.
            float light = 1 / (1 + (Falloff * frame.Progress * radius));
            values[i] *= light * light;
        }

        DriftFrame.Store(values, result);
    }
}
