namespace EdgeAdapt.Imaging.Tests;

public sealed class ImageExtentTests
{
    public static TheoryData<string> Kinds => ["jpeg", "grey", "progressive", "png"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Advance_ImageByteByByte_EndsExactlyAtItsEnd(string kind)
    {
        byte[] image = Picture(kind);
        byte[] stream = [.. image, .. Picture("jpeg")];
        var extent = new ImageExtent(ImageContent.KindOf(image));
        for (int length = 8; length < image.Length; length++)
        {
            Assert.Equal(ImageExtentStatus.Incomplete, extent.Advance(stream.AsSpan(0, length)));
        }

        Assert.Equal(ImageExtentStatus.Complete, extent.Advance(stream.AsSpan(0, image.Length)));
        Assert.Equal(image.Length, extent.Length);
        var atOnce = new ImageExtent(ImageContent.KindOf(image));
        Assert.Equal(ImageExtentStatus.Complete, atOnce.Advance(stream));
        Assert.Equal(image.Length, atOnce.Length);
    }

    [Fact]
    public void Advance_JpegWithAThumbnailInItsHeader_EndsAtItsOwnEnd()
    {
        byte[] thumbnail = GreyJpeg.Bytes;
        int length = thumbnail.Length + 2;
        byte[] image = [0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. thumbnail, .. Picture("jpeg")[2..]];
        var extent = new ImageExtent(ImageKind.Jpeg);
        Assert.Equal(ImageExtentStatus.Complete, extent.Advance(image));
        Assert.Equal(image.Length, extent.Length);
    }

    [Fact]
    public void Advance_JpegCutOffInItsData_IsBrokenAtTheNextOne()
    {
        byte[] image = Picture("jpeg");
        byte[] cut = image[..^40];
        var extent = new ImageExtent(ImageKind.Jpeg);
        Assert.Equal(ImageExtentStatus.Broken, extent.Advance([.. cut, .. image]));
        Assert.Equal(cut.Length, extent.Length);
    }

    [Fact]
    public void Advance_PngWithAChunkThatIsNone_IsBrokenThere()
    {
        byte[] image = Picture("png");
        image[8 + 25 + 4] = 0;
        var extent = new ImageExtent(ImageKind.Png);
        Assert.Equal(ImageExtentStatus.Broken, extent.Advance(image));
        Assert.Equal(8 + 25, extent.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void FindStart_BytesBefore_GivesWhereTheImageBegins(int before)
    {
        byte[] noise = [.. Enumerable.Repeat(new byte[] { 0xFF, 0x89, 0xD8, 0x50, 0xFF, 0xD8, 0 }, before).SelectMany(b => b).Take(before), 0];
        Assert.Equal(noise.Length, ImageExtent.FindStart([.. noise, .. Picture("png")]));
        Assert.Equal(noise.Length, ImageExtent.FindStart([.. noise, .. Picture("grey")]));
        Assert.Equal(-1, ImageExtent.FindStart(noise));
    }

    [Fact]
    public void Create_OtherKinds_AreMisuse() => Assert.Throws<ArgumentException>(() => new ImageExtent(ImageKind.NpyFrame));

    private static byte[] Picture(string kind)
    {
        using var encoder = new ImageEncoder();
        return kind switch
        {
            "jpeg" => encoder.EncodeJpeg(Pictures.Noise(24, 32, 1), 24, 32),
            "grey" => [.. GreyJpeg.Bytes],
            "progressive" => ProgressiveJpeg.Bytes,
            _ => encoder.EncodePng(Pictures.Gradient(24, 32), 24, 32),
        };
    }
}
