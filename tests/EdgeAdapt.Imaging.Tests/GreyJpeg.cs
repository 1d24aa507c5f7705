namespace EdgeAdapt.Imaging.Tests;

/// <summary>
/// The smallest grey JPEG, written by hand after T.81: 8 x 8 pixels, one component, all coefficients zero, that is
/// level 128 everywhere.
/// </summary>
internal static class GreyJpeg
{
    public static byte[] Bytes { get; } =
    [
        0xFF, 0xD8,
        0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
        0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0,

        // One code of one bit in each table: DC category 0, and AC end of block.
        0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0,
        0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0,
        0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0,
        0b0011_1111,
        0xFF, 0xD9,
    ];
}
