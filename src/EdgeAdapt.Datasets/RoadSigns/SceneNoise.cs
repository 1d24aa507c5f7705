namespace EdgeAdapt.Datasets;

/// <summary>Smooth random values over the picture: a coarse grid of uniform numbers, interpolated. Foliage, clouds, fog banks.</summary>
internal sealed class SceneNoise
{
    private readonly double[] _grid;
    private readonly int _cells;

    /// <summary>Draws the grid.</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="cells">Cells along a side: 2 gives clouds, 16 leaves.</param>
    public SceneNoise(SceneRandom random, int cells)
    {
        _cells = cells;
        _grid = new double[(cells + 1) * (cells + 1)];
        for (int i = 0; i < _grid.Length; i++)
        {
            _grid[i] = random.Uniform();
        }
    }

    /// <summary>The value at a pixel, 0 to 1.</summary>
    public double At(double y, double x)
    {
        double v = Math.Clamp(y / SceneImage.Size, 0, 0.999999) * _cells;
        double u = Math.Clamp(x / SceneImage.Size, 0, 0.999999) * _cells;
        int row = (int)v;
        int column = (int)u;
        double t = Smooth(v - row);
        double s = Smooth(u - column);
        double top = (Grid(row, column) * (1 - s)) + (Grid(row, column + 1) * s);
        double bottom = (Grid(row + 1, column) * (1 - s)) + (Grid(row + 1, column + 1) * s);
        return (top * (1 - t)) + (bottom * t);
    }

    private static double Smooth(double t) => t * t * (3 - (2 * t));

    private double Grid(int row, int column) => _grid[(row * (_cells + 1)) + column];
}
