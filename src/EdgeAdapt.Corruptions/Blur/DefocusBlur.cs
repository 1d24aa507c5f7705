using System.Collections.Concurrent;

namespace EdgeAdapt.Corruptions;

/// <summary>An out-of-focus lens: the mean over a disk, its edge smoothed a little.</summary>
internal sealed class DefocusBlur() : Corruption("defocus_blur", CorruptionKind.Deterministic)
{
    private static readonly (double Radius, double Alias)[] Cifar = [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)];
    private static readonly (double Radius, double Alias)[] ImageNet = [(3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)];
    private static readonly ConcurrentDictionary<(double, double), KernelTap[]> Kernels = new();

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        KernelTap[] taps = Kernels.GetOrAdd(canvas.Constant<(double, double)>(Cifar, ImageNet), key => Disk(key.Item1, key.Item2));
        Canvas.Store(Convolution.Apply(canvas.ToUnit(), canvas.Height, canvas.Width, Canvas.Channels, taps, Border.Reflect101), result);
    }

    // A disk of ones on a 17² grid (larger for a larger radius), smoothed over 3² (5²) pixels, mirrored at the grid's border.
    private static KernelTap[] Disk(double radius, double alias)
    {
        int half = radius <= 8 ? 8 : (int)radius;
        int side = (2 * half) + 1;
        float[] disk = new float[side * side];
        for (int i = 0; i < disk.Length; i++)
        {
            (int down, int right) = ((i / side) - half, (i % side) - half);
            disk[i] = (down * down) + (right * right) <= radius * radius ? 1 : 0;
        }

        float count = disk.Sum();
        int reach = radius <= 8 ? 1 : 2;
        float[] smooth = Convolution.Apply(disk, side, side, 1, Gaussian(reach, alias), Border.Reflect101);
        return [.. smooth.Select((w, i) => new KernelTap((i / side) - half, (i % side) - half, w / count)).Where(t => t.Weight > 0)];
    }

    private static KernelTap[] Gaussian(int reach, double sigma)
    {
        int[] steps = [.. Enumerable.Range(-reach, (2 * reach) + 1)];
        double Weight(int i) => Math.Exp(-0.5 * i * i / (sigma * sigma));
        double sum = steps.Sum(Weight);
        return [.. from down in steps from right in steps select new KernelTap(down, right, (float)(Weight(down) * Weight(right) / (sum * sum)))];
    }
}
