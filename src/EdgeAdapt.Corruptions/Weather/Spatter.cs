namespace EdgeAdapt.Corruptions;

/// <summary>Drops on the lens: water up to severity 3, mud above.</summary>
internal sealed class Spatter() : Corruption("spatter", CorruptionKind.Random)
{
    private const float MudEdge = 0.8f;

    private static readonly SpatterConstants[] Cifar =
    [
        new(0.62f, 0.1f, 0.7, 0.7f, 0.5f, false), new(0.65f, 0.1f, 0.8, 0.7f, 0.5f, false), new(0.65f, 0.3f, 1, 0.69f, 0.5f, false),
        new(0.65f, 0.1f, 0.7, 0.69f, 0.6f, true), new(0.65f, 0.1f, 0.5, 0.68f, 0.6f, true),
    ];

    private static readonly SpatterConstants[] ImageNet =
    [
        new(0.65f, 0.3f, 4, 0.69f, 0.6f, false), new(0.65f, 0.3f, 3, 0.68f, 0.6f, false), new(0.65f, 0.3f, 2, 0.68f, 0.5f, false),
        new(0.65f, 0.3f, 1, 0.65f, 1.5f, true), new(0.67f, 0.4f, 1, 0.65f, 1.5f, true),
    ];

    private static readonly float[] Water = [175 / 255f, 238 / 255f, 238 / 255f];
    private static readonly float[] Mud = [63 / 255f, 42 / 255f, 20 / 255f];

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        SpatterConstants constants = canvas.Constant<SpatterConstants>(Cifar, ImageNet);
        float[] liquid = new float[canvas.Height * canvas.Width];
        for (int i = 0; i < liquid.Length; i++)
        {
            liquid[i] = constants.Mean + (constants.Deviation * canvas.Random.Normal());
        }

        Smoothing.Apply(liquid, canvas.Height, canvas.Width, 1, constants.Sigma);
        float[] values = canvas.ToUnit();
        if (constants.Mud)
        {
            float[] cover = Array.ConvertAll(liquid, l => l > constants.Threshold ? 1f : 0f);
            Smoothing.Apply(cover, canvas.Height, canvas.Width, 1, constants.Strength);
            for (int i = 0; i < values.Length; i++)
            {
                float share = cover[i / Canvas.Channels] < MudEdge ? 0 : cover[i / Canvas.Channels];
                values[i] = (values[i] * (1 - share)) + (Mud[i % Canvas.Channels] * share);
            }
        }
        else
        {
            byte[] drops = Array.ConvertAll(liquid, l => l < constants.Threshold ? (byte)0 : Canvas.Truncate(l * 255));
            float[] shine = WaterShine.Of(drops, canvas.Height, canvas.Width);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += shine[i / Canvas.Channels] * constants.Strength * Water[i % Canvas.Channels];
            }
        }

        Canvas.Store(values, result);
    }
}
