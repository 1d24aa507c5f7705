namespace EdgeAdapt.Datasets;

/// <summary>Digits and letters made of straight strokes, as a segment display draws them.</summary>
internal static class SignGlyph
{
    // Ends of each stroke in a cell of 2 x 2 around the origin.
    private static readonly Dictionary<char, (double X0, double Y0, double X1, double Y1)> Strokes = new()
    {
        ['a'] = (-1, 1, 1, 1),
        ['b'] = (1, 1, 1, 0),
        ['c'] = (1, 0, 1, -1),
        ['d'] = (1, -1, -1, -1),
        ['e'] = (-1, -1, -1, 0),
        ['f'] = (-1, 0, -1, 1),
        ['g'] = (-1, 0, 1, 0),
        ['m'] = (0, 1, 0, -1),
    };

    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['0'] = "abcdef",
        ['3'] = "abgcd",
        ['5'] = "afgcd",
        ['S'] = "afgcd",
        ['T'] = "am",
        ['O'] = "abcdef",
        ['P'] = "abgfe",
    };

    /// <summary>Distance to a text centred on the origin.</summary>
    /// <param name="text">Characters out of 0, 3, 5, S, T, O, P.</param>
    /// <param name="x">Place, to the right.</param>
    /// <param name="y">Place, upwards.</param>
    /// <param name="halfWidth">Half the width of one character.</param>
    /// <param name="halfHeight">Half its height.</param>
    /// <param name="pitch">From one character's centre to the next.</param>
    /// <param name="weight">Half the width of a stroke.</param>
    public static double Text(string text, double x, double y, double halfWidth, double halfHeight, double pitch, double weight)
    {
        double nearest = double.MaxValue;
        for (int i = 0; i < text.Length; i++)
        {
            double centre = (i - ((text.Length - 1) / 2.0)) * pitch;
            foreach (char stroke in Glyphs[text[i]])
            {
                (double x0, double y0, double x1, double y1) = Strokes[stroke];
                nearest = Math.Min(
                    nearest,
                    SignShape.Stroke(x - centre, y, x0 * halfWidth, y0 * halfHeight, x1 * halfWidth, y1 * halfHeight, weight));
            }
        }

        return nearest;
    }
}
