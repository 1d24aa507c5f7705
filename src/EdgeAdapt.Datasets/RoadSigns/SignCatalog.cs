using static EdgeAdapt.Datasets.SignGlyph;
using static EdgeAdapt.Datasets.SignShape;

namespace EdgeAdapt.Datasets;

/// <summary>The signs, one a class, as layers from the outside in. Modelled on the Vienna Convention's, drawn freely.</summary>
internal static class SignCatalog
{
    private static readonly SceneColor Red = new(0.78, 0.08, 0.10);
    private static readonly SceneColor White = new(0.93, 0.93, 0.92);
    private static readonly SceneColor Black = new(0.07, 0.07, 0.08);
    private static readonly SceneColor Blue = new(0.07, 0.25, 0.66);
    private static readonly SceneColor Yellow = new(0.96, 0.76, 0.10);

    public static IReadOnlyList<(string Name, SignLayer[] Layers)> Signs { get; } =
    [
        ("stop",
        [
            new((x, y) => Octagon(x, y, 0.95), White),
            new((x, y) => Octagon(x, y, 0.86), Red),
            new((x, y) => Text("STOP", x, y, 0.12, 0.24, 0.38, 0.055), White),
        ]),
        ("yield",
        [
            new((x, y) => Triangle(x, -y + 0.15, 0.56), Red),
            new((x, y) => Triangle(x, -y + 0.15, 0.34), White),
        ]),
        ("speed_limit_30", SpeedLimit("30")),
        ("speed_limit_50", SpeedLimit("50")),
        ("no_entry",
        [
            new((x, y) => Disc(x, y, 0.97), White),
            new((x, y) => Disc(x, y, 0.9), Red),
            new((x, y) => Box(x, y, 0.64, 0.17), White),
        ]),
        ("priority_road",
        [
            new((x, y) => Diamond(x, y, 1.08), White),
            new((x, y) => Diamond(x, y, 0.80), Yellow),
        ]),
        ("turn_left", Arrow(-1)),
        ("turn_right", Arrow(1)),
        ("pedestrian_crossing",
        [
            new((x, y) => Box(x, y, 0.86, 0.86), White),
            new((x, y) => Box(x, y, 0.80, 0.80), Blue),
            new((x, y) => Triangle(x, y + 0.12, 0.36), White),
            new((x, y) => Walker(x, y), Black),
        ]),
        ("roadworks",
        [
            new((x, y) => Triangle(x, y + 0.15, 0.56), Red),
            new((x, y) => Triangle(x, y + 0.15, 0.36), White),
            new((x, y) => Worker(x, y), Black),
        ]),
    ];

    private static SignLayer[] SpeedLimit(string limit) =>
    [
        new((x, y) => Disc(x, y, 0.97), Red),
        new((x, y) => Disc(x, y, 0.74), White),
        new((x, y) => Text(limit, x, y, 0.17, 0.33, 0.58, 0.075), Black),
    ];

    private static SignLayer[] Arrow(int direction) =>
    [
        new((x, y) => Disc(x, y, 0.97), White),
        new((x, y) => Disc(x, y, 0.9), Blue),
        new((x, y) => Math.Min(
            Stroke(x * direction, y, -0.58, 0, 0.45, 0, 0.11),
            Math.Min(Stroke(x * direction, y, 0.55, 0, 0.15, 0.42, 0.11), Stroke(x * direction, y, 0.55, 0, 0.15, -0.42, 0.11))), White),
    ];

    private static double Walker(double x, double y) => Math.Min(
        Math.Min(Disc(x - 0.02, y - 0.25, 0.10), Stroke(x, y, 0, 0.12, 0, -0.12, 0.09)),
        Math.Min(Stroke(x, y, 0, -0.12, -0.20, -0.40, 0.055), Stroke(x, y, 0, -0.12, 0.18, -0.40, 0.055)));

    private static double Worker(double x, double y) => Math.Min(
        Math.Min(Disc(x + 0.02, y - 0.16, 0.10), Stroke(x, y, -0.06, 0.04, -0.20, -0.18, 0.09)),
        Math.Min(
            Math.Min(Stroke(x, y, -0.20, -0.18, -0.32, -0.42, 0.05), Stroke(x, y, -0.20, -0.18, -0.08, -0.42, 0.05)),
            Math.Min(Stroke(x, y, -0.04, 0.0, 0.26, -0.32, 0.04), Disc(x - 0.32, y + 0.42, 0.15))));
}
