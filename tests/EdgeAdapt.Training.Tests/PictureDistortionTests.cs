namespace EdgeAdapt.Training.Tests;

public sealed class PictureDistortionTests
{
    private const int Pictures = 400;

    [Fact]
    public void Apply_None_ChangesNothingAndDrawsNothing()
    {
        var random = new Random(1);
        float[] picture = Picture(0);
        new PictureDistortion(Distortions.None, 3, 16, 16).Apply(picture, random);

        Assert.Equal(Picture(0), picture);
        Assert.Equal(new Random(1).Next(), random.Next());
    }

    /// <summary>Expected share of changed pictures: 0.75 of them are touched at all, then the share of the distortion.</summary>
    [Theory]
    [InlineData(Distortions.Colour, 0.75)]
    [InlineData(Distortions.Blur, 0.75 * 0.3)]
    [InlineData(Distortions.Noise, 0.75 * 0.4)]
    [InlineData(Distortions.Erase, 0.75 * 0.36)]
    public void Apply_OneDistortion_ChangesItsShareAndStaysInRange(Distortions distortion, double share)
    {
        var random = new Random(7);
        var subject = new PictureDistortion(distortion, 3, 16, 16);
        int changed = 0;
        for (int i = 0; i < Pictures; i++)
        {
            float[] picture = Picture(i);
            subject.Apply(picture, random);
            changed += picture.SequenceEqual(Picture(i)) ? 0 : 1;
            Assert.All(picture, v => Assert.InRange(v, 0f, 1f));
        }

        // Five standard errors of a share over 400 pictures.
        Assert.InRange(changed / (double)Pictures, share - 0.13, share + 0.13);
    }

    [Fact]
    public void Apply_Blur_KeepsAConstantPictureAndSmoothsAnother()
    {
        var subject = new PictureDistortion(Distortions.Blur, 1, 8, 8);
        float[] board = [.. Enumerable.Range(0, 64).Select(i => (float)((i / 8) + i) % 2)];
        for (int seed = 0; seed < 50; seed++)
        {
            float[] flat = [.. Enumerable.Repeat(0.5f, 64)];
            subject.Apply(flat, new Random(seed));
            Assert.All(flat, v => Assert.Equal(0.5f, v, 6));

            float[] picture = [.. board];
            subject.Apply(picture, new Random(seed));
            Assert.True(picture.SequenceEqual(board) || picture.Max() - picture.Min() < 1);
        }
    }

    [Fact]
    public void Apply_SameSeed_GivesTheSamePicture()
    {
        float[] first = Picture(3);
        float[] second = Picture(3);
        const Distortions All = Distortions.Colour | Distortions.Blur | Distortions.Noise | Distortions.Erase;
        new PictureDistortion(All, 3, 16, 16).Apply(first, new Random(11));
        new PictureDistortion(All, 3, 16, 16).Apply(second, new Random(11));

        Assert.Equal(first, second);
    }

    [Fact]
    public void Batch_Distorted_DiffersFromThePlainOneAndHasItsShape()
    {
        ImageStore store = Stripes.Store(16, 1);
        int[] indices = [.. Enumerable.Range(0, 16)];
        var options = new TrainingOptions { Distortions = Distortions.Colour };

        Onnx.Sessions.FloatTensor plain = store.Batch(indices, options, null);
        Onnx.Sessions.FloatTensor distorted = store.Batch(indices, options, new Random(2));

        Assert.Equal(plain.Shape, distorted.Shape);
        Assert.NotEqual(plain.Values, distorted.Values);
        Assert.Equal(plain.Values, store.Batch(indices, new TrainingOptions(), new Random(2)).Values);
    }

    private static float[] Picture(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 3 * 16 * 16).Select(_ => (float)random.NextDouble())];
    }
}
