namespace EdgeAdapt.Corruptions;

/// <summary>
/// Dust and mud settle on the lens: dark specks, out of focus and fixed in the frame, one after another, and a brown-grey veil
/// that takes contrast.
/// </summary>
internal sealed class LensDirtDrift() : CameraDrift("lens_dirt", "dust settles on the lens: blurred dark specks at fixed places, a veil over all")
{
    private const int Specks = 26;
    private const float Veil = 0.35f;
    private static readonly float[] Dust = [0.47f, 0.43f, 0.36f];
    private static readonly float[] Speck = [0.16f, 0.13f, 0.10f];

    internal override void Distort(DriftFrame frame, Span<byte> result)
    {
        LensSpot[] specks = LensSpot.Scatter(frame, Specks, 0.03, 0.11);
        float veil = Veil * frame.Progress;
        float[] values = frame.ToUnit();
        for (int i = 0; i < frame.Height * frame.Width; i++)
        {
            float clear = 1;
            foreach (LensSpot speck in specks)
            {
                float x = (i % frame.Width) + 0.5f - speck.X, y = (i / frame.Width) + 0.5f - speck.Y;
                float distance = MathF.Sqrt((x * x) + (y * y)) / speck.Radius;
                clear *= 1 - ((0.45f + (0.45f * speck.Strength)) * speck.Grown * (1 - DriftFrame.Ramp(distance, 0.35f, 1.25f)));
            }

            for (int c = 0; c < Canvas.Channels; c++)
            {
                ref float value = ref values[(i * Canvas.Channels) + c];
                value = (((value * (1 - veil)) + (Dust[c] * veil)) * clear) + (Speck[c] * (1 - clear));
            }
        }

        DriftFrame.Store(values, result);
    }
}
