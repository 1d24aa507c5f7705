namespace EdgeAdapt.Corruptions;

/// <summary>
/// Canny's edges (1986) with OpenCV's conventions: Sobel 3 x 3 at repeated borders, |∂x| + |∂y|, maxima along the nearest of
/// four directions, weak ones kept where they touch strong ones.
/// </summary>
internal static class CannyEdges
{
    private const int Weak = 50;
    private const int Strong = 150;
    private const double Tangent = 0.41421356237309503;

    /// <summary>True on edges, <c>[height, width]</c>.</summary>
    public static bool[] Of(byte[] grey, int height, int width)
    {
        int At(int y, int x) => grey[(Math.Clamp(y, 0, height - 1) * width) + Math.Clamp(x, 0, width - 1)];
        int[] right = new int[grey.Length], down = new int[grey.Length], strength = new int[grey.Length];
        for (int i = 0; i < grey.Length; i++)
        {
            (int y, int x) = (i / width, i % width);
            right[i] = At(y - 1, x + 1) + (2 * At(y, x + 1)) + At(y + 1, x + 1) - At(y - 1, x - 1) - (2 * At(y, x - 1)) - At(y + 1, x - 1);
            down[i] = At(y + 1, x - 1) + (2 * At(y + 1, x)) + At(y + 1, x + 1) - At(y - 1, x - 1) - (2 * At(y - 1, x)) - At(y - 1, x + 1);
            strength[i] = Math.Abs(right[i]) + Math.Abs(down[i]);
        }

        bool[] maximum = new bool[grey.Length], edge = new bool[grey.Length];
        var open = new Stack<int>();
        for (int i = 0; i < grey.Length; i++)
        {
            maximum[i] = strength[i] > Weak && IsMaximum(strength, right[i], down[i], i, height, width);
            if (maximum[i] && strength[i] > Strong)
            {
                edge[i] = true;
                open.Push(i);
            }
        }

        Follow(open, maximum, edge, height, width);
        return edge;
    }

    private static bool IsMaximum(int[] strength, int right, int down, int i, int height, int width)
    {
        int At(int y, int x) => (uint)y < (uint)height && (uint)x < (uint)width ? strength[(y * width) + x] : 0;
        (int y, int x) = (i / width, i % width);
        (double across, double along) = (Math.Abs(right), Math.Abs(down));
        if (along < across * Tangent)
        {
            return strength[i] > At(y, x - 1) && strength[i] >= At(y, x + 1);
        }

        if (along > across / Tangent)
        {
            return strength[i] > At(y - 1, x) && strength[i] >= At(y + 1, x);
        }

        int slope = (right ^ down) < 0 ? -1 : 1;
        return strength[i] > At(y - 1, x - slope) && strength[i] > At(y + 1, x + slope);
    }

    private static void Follow(Stack<int> open, bool[] maximum, bool[] edge, int height, int width)
    {
        while (open.TryPop(out int i))
        {
            for (int y = Math.Max(0, (i / width) - 1); y <= Math.Min(height - 1, (i / width) + 1); y++)
            {
                for (int x = Math.Max(0, (i % width) - 1); x <= Math.Min(width - 1, (i % width) + 1); x++)
                {
                    int near = (y * width) + x;
                    if (maximum[near] && !edge[near])
                    {
                        edge[near] = true;
                        open.Push(near);
                    }
                }
            }
        }
    }
}
