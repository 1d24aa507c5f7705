using System.Numerics;

namespace EdgeAdapt.Corruptions;

/// <summary>Gradient noise (Perlin, 1985, with the fifth-degree blend of 2002): smooth, about −0.7 to 0.7, one cell a unit.</summary>
internal sealed class GradientNoise
{
    private const int Side = 64;
    private readonly Vector2[] _gradients = new Vector2[Side * Side];

    public GradientNoise(CorruptionRandom random)
    {
        for (int i = 0; i < _gradients.Length; i++)
        {
            double angle = random.Between(0, 2 * Math.PI);
            _gradients[i] = new Vector2((float)Math.Cos(angle), (float)Math.Sin(angle));
        }
    }

    /// <summary>The noise at a point; it repeats after 64 units.</summary>
    public float At(float x, float y)
    {
        float left = MathF.Floor(x), top = MathF.Floor(y);
        float right = x - left, down = y - top;
        (int column, int row) = ((int)left, (int)top);
        float upper = Blend(Corner(column, row, right, down), Corner(column + 1, row, right - 1, down), right);
        float lower = Blend(Corner(column, row + 1, right, down - 1), Corner(column + 1, row + 1, right - 1, down - 1), right);
        return Blend(upper, lower, down);
    }

    /// <summary>Octaves added up, each twice as fine and <paramref name="gain"/> times as strong as the one before.</summary>
    public float Octaves(float x, float y, int count, float gain)
    {
        float sum = 0, strength = 1;
        for (int octave = 0; octave < count; octave++)
        {
            sum += strength * At(x + (octave * 17), y + (octave * 31));
            (x, y, strength) = (2 * x, 2 * y, strength * gain);
        }

        return sum;
    }

    private float Corner(int column, int row, float right, float down)
    {
        Vector2 gradient = _gradients[((row & (Side - 1)) * Side) + (column & (Side - 1))];
        return (gradient.X * right) + (gradient.Y * down);
    }

    private static float Blend(float from, float to, float at) => from + (at * at * at * ((at * ((at * 6) - 15)) + 10) * (to - from));
}
