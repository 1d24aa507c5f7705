namespace EdgeAdapt.Datasets;

/// <summary>What stands behind a sign: sky, trees or houses, and the street at the bottom.</summary>
internal static class SceneBackground
{
    private static readonly SceneColor Leaves = new(0.20, 0.36, 0.14);
    private static readonly SceneColor Wall = new(0.58, 0.46, 0.36);
    private static readonly SceneColor Sky = new(0.50, 0.68, 0.92);
    private static readonly SceneColor Cloud = new(0.88, 0.90, 0.93);
    private static readonly SceneColor Asphalt = new(0.36, 0.36, 0.38);

    public static SceneImage Draw(SceneRandom random)
    {
        int kind = random.Below(4);
        SceneColor near = (kind == 2 ? Wall : Leaves).Jitter(random, 0.10);
        SceneColor street = Asphalt.Jitter(random, 0.08);
        double skyline = kind switch
        {
            // Open sky, a skyline in the picture, or trees and houses up to the top.
            0 => random.Between(24, 34),
            3 => random.Between(8, 22),
            _ => random.Between(-6, 6),
        };
        double horizon = random.Between(22, 38);
        double cloudiness = random.Between(0, 1);
        var clouds = new SceneNoise(random, 3);
        var shapes = new SceneNoise(random, 4);
        var texture = new SceneNoise(random, kind == 2 ? 6 : 14);
        double contrast = random.Between(0.4, 1.2);
        var image = new SceneImage();
        image.Map((y, x, _) =>
        {
            if (y > horizon)
            {
                return street * (0.8 + (0.4 * texture.At(y, x)));
            }

            double edge = skyline + (10 * (shapes.At(SceneImage.Size / 2, x) - 0.5));
            return y < edge
                ? SceneColor.Blend(Sky, Cloud, Math.Clamp((cloudiness * 1.2 * clouds.At(y, x)) + (0.3 * y / SceneImage.Size), 0, 1))
                : near * (1 + (contrast * (texture.At(y, x) - 0.5)) + (0.6 * (shapes.At(y, x) - 0.5)));
        });
        return image;
    }
}
