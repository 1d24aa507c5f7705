namespace EdgeAdapt.Datasets;

/// <summary>Red, green and blue, 0 to 1 where displayed; light may go above 1 before the sensor clips it.</summary>
internal readonly record struct SceneColor(double Red, double Green, double Blue)
{
    public static SceneColor operator +(SceneColor a, SceneColor b) => new(a.Red + b.Red, a.Green + b.Green, a.Blue + b.Blue);

    public static SceneColor operator *(SceneColor a, double k) => new(a.Red * k, a.Green * k, a.Blue * k);

    public static SceneColor operator *(SceneColor a, SceneColor b) => new(a.Red * b.Red, a.Green * b.Green, a.Blue * b.Blue);

    /// <summary><paramref name="a"/> at 0, <paramref name="b"/> at 1.</summary>
    public static SceneColor Blend(SceneColor a, SceneColor b, double weight) => (a * (1 - weight)) + (b * weight);

    /// <summary>Light grey to white, a little tinted.</summary>
    public static SceneColor Grey(double value) => new(value, value, value);

    /// <summary>Moves the colour towards its own grey: 0 keeps it, 1 takes all colour.</summary>
    public SceneColor Fade(double amount) => Blend(this, Grey((0.3 * Red) + (0.59 * Green) + (0.11 * Blue)), amount);

    /// <summary>Each channel changed on its own by up to ± <paramref name="amount"/>.</summary>
    public SceneColor Jitter(SceneRandom random, double amount) => this + new SceneColor(
        random.Between(-amount, amount), random.Between(-amount, amount), random.Between(-amount, amount));
}
