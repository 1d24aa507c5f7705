using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class ChangeUploadTests
{
    private const int BatchSize = 32;
    private const double Share = 0.1;

    [Theory]
    [InlineData(0, 4)]
    [InlineData(800, BatchSize)]
    public void Infer_StreamChangesUnderAThinShare_UploadsWhatTheReserveHolds(int reserveFrames, int most)
    {
        CemaOptions options = CemaOptions.Default with
        {
            Selection = new EntropyFilterOptions { EntropyHighMargin = 1, EntropyLowMargin = null, WarmUpSamples = null, UploadShare = Share, ReserveFrames = reserveFrames },
        };
        using var method = new CemaAdaptation(Golden.Model("student"), Golden.Model("teacher"), options) { Delay = 1000 };
        var random = new Random(3);
        int calm = 0;
        for (int i = 0; i < 60; i++)
        {
            calm = Uploads(method, random, gain: 1, offset: 0);
        }

        int changed = Uploads(method, random, gain: 4, offset: 3);
        Assert.InRange(calm, 2, 4);
        Assert.InRange(changed, most - 2, most);
    }

    private static int Uploads(CemaAdaptation method, Random random, float gain, float offset)
    {
        var images = new FloatTensor([.. Enumerable.Range(0, BatchSize * 3 * 8 * 8).Select(_ => (gain * (random.NextSingle() - 0.5f)) + offset)], BatchSize, 3, 8, 8);
        return method.Infer(images, Golden.Handles(images)).Uploaded.Count;
    }
}
