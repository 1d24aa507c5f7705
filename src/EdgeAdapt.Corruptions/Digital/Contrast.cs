namespace EdgeAdapt.Corruptions;

/// <summary>Less contrast: every channel is drawn towards its own mean over the image.</summary>
internal sealed class Contrast() : Corruption("contrast", CorruptionKind.Deterministic)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        float kept = canvas.Constant<float>([0.75f, 0.5f, 0.4f, 0.3f, 0.15f], [0.4f, 0.3f, 0.2f, 0.1f, 0.05f]);
        float[] values = canvas.ToUnit();
        for (int channel = 0; channel < Canvas.Channels; channel++)
        {
            long sum = 0;
            for (int i = channel; i < values.Length; i += Canvas.Channels)
            {
                sum += canvas.Pixels[i];
            }

            float mean = (float)(sum / 255.0 / (values.Length / Canvas.Channels));
            for (int i = channel; i < values.Length; i += Canvas.Channels)
            {
                values[i] = ((values[i] - mean) * kept) + mean;
            }
        }

        Canvas.Store(values, result);
    }
}
