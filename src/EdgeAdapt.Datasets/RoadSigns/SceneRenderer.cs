namespace EdgeAdapt.Datasets;

/// <summary>
/// Draws one sign in its surroundings, seen by a small camera: place, distance, rotation, foreshortening, light, age of
/// the paint and sensor noise vary.
/// </summary>
internal static class SceneRenderer
{
    private const int Supersampling = 4;
    private static readonly SceneColor Steel = new(0.45, 0.46, 0.48);

    public static SceneImage Draw(SceneRandom random, int label)
    {
        SceneImage image = SceneBackground.Draw(random);
        DrawSign(image, random, SignCatalog.Signs[label].Layers);
        DrawTwigs(image, random);
        double light = random.Between(0.60, 1.15);
        double warmth = random.Between(-0.08, 0.08);
        var tint = new SceneColor(light * (1 + warmth), light, light * (1 - warmth));
        double offset = random.Between(-0.04, 0.06);
        image.Map((_, _, c) => (c * tint) + SceneColor.Grey(offset));
        image.Soften(random.Between(0, 1));
        double noise = random.Between(0.004, 0.035);
        image.Map((_, _, c) => c + new SceneColor(noise * random.Gauss(), noise * random.Gauss(), noise * random.Gauss()));
        return image;
    }

    private static void DrawSign(SceneImage image, SceneRandom random, SignLayer[] layers)
    {
        double distance = random.Uniform();
        double radius = 4.8 + (7.5 * distance * distance);
        double slack = ((SceneImage.Size / 2) - radius) * 0.8;
        double centreX = (SceneImage.Size / 2) + random.Between(-slack - 1, slack + 1);
        double centreY = (SceneImage.Size / 2) + random.Between(-slack - 1, slack + 1);

        // Half-angle formulas: sine and cosine of up to ± 25 degrees without a library whose last bit may differ.
        double t = random.Between(-0.22, 0.22);
        double cos = (1 - (t * t)) / (1 + (t * t));
        double sin = 2 * t / (1 + (t * t));
        double narrow = random.Between(0.65, 1.0);
        double shear = random.Between(-0.15, 0.15);
        double fade = random.Between(0, 0.45);
        double dirt = random.Between(0, 0.35);
        var stains = new SceneNoise(random, 7);
        double shade = random.Between(-0.25, 0.25);
        double pole = random.Between(0.05, 0.09);
        image.Map((py, px, behind) =>
        {
            SceneColor sum = default;
            for (int i = 0; i < Supersampling * Supersampling; i++)
            {
                double dx = (px + (((i % Supersampling) + 0.5) / Supersampling) - centreX) / radius;
                double dy = -(py + (((i / Supersampling) + 0.5) / Supersampling) - centreY) / radius;
                double x = ((cos * dx) + (sin * dy)) / narrow;
                double y = ((cos * dy) - (sin * dx)) + (shear * x);
                sum += Find(layers, x, y) is { } paint
                    ? paint.Fade(fade) * (1 - (dirt * stains.At(py, px))) * (1 + (shade * x))
                    : Math.Abs(x) < pole && y < 0 ? Steel : behind;
            }

            return sum * (1.0 / (Supersampling * Supersampling));
        });
    }

    /// <summary>Sometimes leaves or a branch hang into the picture.</summary>
    private static void DrawTwigs(SceneImage image, SceneRandom random)
    {
        int twigs = random.Below(5);
        for (int i = 0; i < twigs; i++)
        {
            double y0 = random.Between(0, SceneImage.Size);
            double x0 = random.Between(0, SceneImage.Size);
            double y1 = y0 + random.Between(-14, 14);
            double x1 = x0 + random.Between(-14, 14);
            double thickness = random.Between(0.5, 2.0);
            SceneColor color = new SceneColor(0.22, 0.30, 0.14).Jitter(random, 0.10);
            image.Map((y, x, behind) =>
                SceneColor.Blend(behind, color, Math.Clamp(0.5 - SignShape.Stroke(x, y, x0, y0, x1, y1, thickness), 0, 1)));
        }
    }

    private static SceneColor? Find(SignLayer[] layers, double x, double y)
    {
        // Layers lie inside each other, so that one miss at the outside answers for all.
        if ((x * x) + (y * y) > 1.7 || layers[0].Distance(x, y) > 0)
        {
            return null;
        }

        int top = layers.Length - 1;
        while (layers[top].Distance(x, y) > 0)
        {
            top--;
        }

        return layers[top].Color;
    }
}
