using EdgeAdapt.Datasets;

namespace EdgeAdapt.Corruptions;

/// <summary>One image under many corruptions, to look at: a row for each name; clean, then severities 1 to 5, from left to right.</summary>
/// <param name="Pixels">uint8 <c>[Height, Width, 3]</c>.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Width">In pixels.</param>
public sealed record ContactSheet(byte[] Pixels, int Height, int Width)
{
    private const int SmallestCell = 96;
    private const int Gap = 4;

    /// <summary>Draws the sheet; a drift shows its progress at 0, 0.2 … 1. Small images are enlarged by whole factors.</summary>
    /// <param name="images">Where the image comes from.</param>
    /// <param name="index">Which one.</param>
    /// <param name="names">Names out of both catalogues, one row each.</param>
    /// <param name="seed">Seed of the random ones.</param>
    /// <exception cref="ArgumentException">A name is unknown, or the index is out of range.</exception>
    public static ContactSheet Of(ILabeledImages images, int index, IReadOnlyList<string> names, long seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(names);
        new CorruptedSetOptions { Names = names }.Validate();
        byte[] clean = new byte[images.Height * images.Width * images.Channels];
        images.Read(index, clean);
        int factor = Math.Max(1, SmallestCell / images.Height);
        int cellHeight = (factor * images.Height) + Gap, cellWidth = (factor * images.Width) + Gap;
        var sheet = new ContactSheet(
            new byte[names.Count * cellHeight * (Corruption.MaximumSeverity + 1) * cellWidth * Canvas.Channels],
            names.Count * cellHeight, (Corruption.MaximumSeverity + 1) * cellWidth);
        Array.Fill(sheet.Pixels, byte.MaxValue);
        byte[] image = new byte[clean.Length];
        for (int row = 0; row < names.Count; row++)
        {
            for (int column = 0; column <= Corruption.MaximumSeverity; column++)
            {
                clean.CopyTo(image, 0);
                if (CameraDriftCatalog.Find(names[row]) is { } drift)
                {
                    drift.Apply(clean, images.Height, images.Width, (double)column / Corruption.MaximumSeverity, seed, index, image);
                }
                else if (column > 0)
                {
                    CorruptionCatalog.Find(names[row])!.Apply(clean, images.Height, images.Width, column, seed, index, image);
                }

                sheet.Place(ColorPixels.Of(image, images.Height, images.Width, image.Length), images.Width, factor, row * cellHeight, column * cellWidth);
            }
        }

        return sheet;
    }

    private void Place(byte[] color, int width, int factor, int top, int left)
    {
        int height = color.Length / Canvas.Channels / width;
        for (int y = 0; y < factor * height; y++)
        {
            for (int x = 0; x < factor * width; x++)
            {
                color.AsSpan((((y / factor) * width) + (x / factor)) * Canvas.Channels, Canvas.Channels)
                    .CopyTo(Pixels.AsSpan((((top + y) * Width) + left + x) * Canvas.Channels));
            }
        }
    }
}
