namespace EdgeAdapt.Corruptions;

/// <summary>More light: the value of every colour is raised by a constant, hue and saturation stay.</summary>
internal sealed class Brightness() : Corruption("brightness", CorruptionKind.Deterministic)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        float added = canvas.Constant<float>([0.05f, 0.1f, 0.15f, 0.2f, 0.3f], [0.1f, 0.2f, 0.3f, 0.4f, 0.5f]);
        float[] values = canvas.ToUnit();
        Hsv.Change(values, color => color with { Value = Math.Clamp(color.Value + added, 0, 1) });
        Canvas.Store(values, result);
    }
}
