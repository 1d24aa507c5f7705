namespace EdgeAdapt.Datasets;

/// <summary>
/// What drift does to a picture of the clear day. Strength t runs from 0 (nothing) to 1; within one condition every frame
/// differs, as it does on a road.
/// </summary>
internal static class SceneWeather
{
    public static void Apply(SceneImage image, SceneRandom random, RoadSignWeather weather, double t)
    {
        switch (weather)
        {
            case RoadSignWeather.Fog:
                Fog(image, random, t);
                break;
            case RoadSignWeather.LowLight:
                LowLight(image, random, t);
                break;
            case RoadSignWeather.MotionBlur:
                MotionBlur(image, random, t);
                break;
            case RoadSignWeather.Rain:
                Rain(image, random, t);
                break;
            case RoadSignWeather.Snow:
                Snow(image, random, t);
                break;
            default:
                break;
        }
    }

    /// <summary>Koschmieder's law: light = scene · transmission + airlight · (1 − transmission), thicker in banks.</summary>
    private static void Fog(SceneImage image, SceneRandom random, double t)
    {
        double transmission = 1 - (t * random.Between(0.72, 0.90));
        SceneColor air = SceneColor.Grey(random.Between(0.68, 0.86)) + new SceneColor(-0.01, 0, 0.02);
        var banks = new SceneNoise(random, 3);
        image.Soften(0.6 * t);
        image.Map((y, x, c) =>
        {
            double through = Math.Clamp(transmission * (1 + (0.8 * t * (banks.At(y, x) - 0.5))), 0, 1);
            return SceneColor.Blend(air, c, through);
        });
    }

    /// <summary>Little light, amplified: shot noise grows with the root of the light, read noise stays; night is bluish.</summary>
    private static void LowLight(SceneImage image, SceneRandom random, double t)
    {
        double gain = 1 - (t * random.Between(0.70, 0.86));
        double shot = 0.012 * t;
        double read = 0.035 * t;
        image.Map((_, _, c) =>
        {
            SceneColor dark = c * gain * new SceneColor(1 - (0.15 * t), 1 - (0.05 * t), 1 + (0.10 * t));
            return new SceneColor(Noisy(dark.Red), Noisy(dark.Green), Noisy(dark.Blue));
        });

        double Noisy(double light) => light + (Math.Sqrt((shot * Math.Max(light, 0)) + (read * read)) * random.Gauss());
    }

    private static void MotionBlur(SceneImage image, SceneRandom random, double t)
    {
        double length = t * random.Between(6, 10.5);
        (double dy, double dx) = Direction(random, 0.6);
        image.Smear(dy * length, dx * length, 15);
    }

    /// <summary>Grey light, drops on the lens, and streaks that all fall the same way.</summary>
    private static void Rain(SceneImage image, SceneRandom random, double t)
    {
        double haze = t * random.Between(0.25, 0.45);
        image.Soften(t);
        image.Map((_, _, c) => SceneColor.Blend(c * (1 - (0.25 * t)), SceneColor.Grey(0.52), haze).Fade(0.4 * t));
        double slant = random.Between(-0.45, 0.45);
        int streaks = (int)(t * random.Between(26, 44));
        for (int i = 0; i < streaks; i++)
        {
            Streak(image, random, slant, t);
        }
    }

    private static void Streak(SceneImage image, SceneRandom random, double slant, double t)
    {
        double y0 = random.Between(-6, SceneImage.Size);
        double x0 = random.Between(-4, SceneImage.Size + 4);
        double length = random.Between(5, 13);
        double strength = random.Between(0.35, 0.75) * t;
        for (double step = 0; step < length; step += 0.5)
        {
            Add(image, y0 + step, x0 + (slant * step), SceneColor.Grey(0.85), strength * 0.5);
        }
    }

    /// <summary>Bright haze, flakes of several sizes, and white that settles at the bottom.</summary>
    private static void Snow(SceneImage image, SceneRandom random, double t)
    {
        double haze = t * random.Between(0.20, 0.40);
        double settled = t * random.Between(0, 9);
        image.Map((y, _, c) => y > SceneImage.Size - settled
            ? SceneColor.Blend(c, SceneColor.Grey(0.92), 0.8)
            : SceneColor.Blend(c.Fade(0.3 * t), SceneColor.Grey(0.80), haze));
        int flakes = (int)(t * random.Between(45, 85));
        for (int i = 0; i < flakes; i++)
        {
            double y = random.Between(0, SceneImage.Size);
            double x = random.Between(0, SceneImage.Size);
            double size = random.Between(0.4, 1.7);
            double strength = random.Between(0.6, 1.0);
            for (int py = (int)(y - 2); py <= y + 2; py++)
            {
                for (int px = (int)(x - 2); px <= x + 2; px++)
                {
                    double inside = size + 0.5 - Math.Sqrt(((py - y) * (py - y)) + ((px - x) * (px - x)));
                    Put(image, py, px, SceneColor.Grey(0.97), strength * Math.Clamp(inside, 0, 1));
                }
            }
        }
    }

    /// <summary>A direction within the given slope of the horizontal or, as often, anywhere.</summary>
    private static (double Dy, double Dx) Direction(SceneRandom random, double slope)
    {
        double dy = random.Between(-slope, slope);
        double length = Math.Sqrt(1 + (dy * dy));
        return random.Below(2) == 0 ? (dy / length, 1 / length) : (1 / length, dy / length);
    }

    private static void Add(SceneImage image, double y, double x, SceneColor color, double weight)
    {
        int row = (int)Math.Floor(y);
        int column = (int)Math.Floor(x);
        double down = y - row;
        double right = x - column;
        Put(image, row, column, color, weight * (1 - down) * (1 - right));
        Put(image, row, column + 1, color, weight * (1 - down) * right);
        Put(image, row + 1, column, color, weight * down * (1 - right));
        Put(image, row + 1, column + 1, color, weight * down * right);
    }

    private static void Put(SceneImage image, int y, int x, SceneColor color, double weight)
    {
        if (y is >= 0 and < SceneImage.Size && x is >= 0 and < SceneImage.Size)
        {
            image[y, x] = SceneColor.Blend(image[y, x], color, weight);
        }
    }
}
