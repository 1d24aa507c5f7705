namespace EdgeAdapt.Corruptions;

/// <summary>The distance to the nearest marked pixel by chamfering in two passes with a 5 x 5 mask (Borgefors, 1986).</summary>
internal static class EdgeDistance
{
    private const float Far = 1e6f;

    private static readonly (int Down, int Right, float Length)[] Steps =
    [
        (0, -1, 1), (-1, 0, 1), (-1, -1, 1.4f), (-1, 1, 1.4f), (-1, -2, 2.1969f), (-1, 2, 2.1969f), (-2, -1, 2.1969f), (-2, 1, 2.1969f),
    ];

    /// <summary>In pixels, <c>[height, width]</c>; a million where nothing is marked.</summary>
    public static float[] Of(bool[] marked, int height, int width)
    {
        float[] distance = Array.ConvertAll(marked, m => m ? 0 : Far);
        for (int i = 0; i < distance.Length; i++)
        {
            Relax(distance, height, width, i, 1);
        }

        for (int i = distance.Length - 1; i >= 0; i--)
        {
            Relax(distance, height, width, i, -1);
        }

        return distance;
    }

    private static void Relax(float[] distance, int height, int width, int at, int direction)
    {
        foreach ((int down, int right, float length) in Steps)
        {
            int y = (at / width) + (direction * down), x = (at % width) + (direction * right);
            if ((uint)y < (uint)height && (uint)x < (uint)width)
            {
                distance[at] = Math.Min(distance[at], distance[(y * width) + x] + length);
            }
        }
    }
}
