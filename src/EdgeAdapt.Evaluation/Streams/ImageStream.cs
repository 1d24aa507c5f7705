using EdgeAdapt.Datasets;

namespace EdgeAdapt.Evaluation;

/// <summary>The batches of a cell in the order of its protocol.</summary>
internal static class ImageStream
{
    /// <summary>All batches; the last of a condition, or of a shuffled stream, may be smaller.</summary>
    public static IReadOnlyList<StreamBatch> Of(EvaluationCell cell, ConditionImages images, EvaluationOptions options)
    {
        int[] all = [.. Enumerable.Range(0, images.Names.Count)];
        int[] own = cell.Corruption is { } name ? [.. all.Where(c => images.Names[c] == name)] : all;
        return cell.Protocol switch
        {
            EvaluationProtocol.Mixed => Cut(1, Shuffle([.. all.SelectMany(c => Stored(c, images))], Generator(cell)), cell.Batch),
            EvaluationProtocol.Correlated => [.. own.SelectMany(c => Cut(1, Correlate(c, images, cell, options), cell.Batch))],
            EvaluationProtocol.Recurring =>
            [
                .. Enumerable.Range(1, options.Rounds).SelectMany(round => all.SelectMany(c => Cut(round, Stored(c, images), cell.Batch))),
            ],
            _ => [.. own.SelectMany(c => Cut(1, Stored(c, images), cell.Batch))],
        };
    }

    /// <summary>The cells of a protocol: one a condition where everything is reset at each, otherwise one for the whole stream.</summary>
    public static IReadOnlyList<string?> Parts(EvaluationProtocol protocol, IReadOnlyList<string> conditions) => protocol switch
    {
        EvaluationProtocol.Reset or EvaluationProtocol.Correlated => (IReadOnlyList<string?>)conditions,
        EvaluationProtocol.NoShift => conditions.Contains(CorruptionFolder.Clean)
            ? [CorruptionFolder.Clean]
            : throw new DatasetException($"The data has no condition '{CorruptionFolder.Clean}', which the protocol without a shift is about. Add {CorruptionFolder.Clean}.npy, or leave the protocol out."),
        _ => [null],
    };

    private static ImagePlace[] Stored(int condition, ConditionImages images) =>
        [.. Enumerable.Range(0, images.Count(condition)).Select(i => new ImagePlace(condition, i))];

    private static ImagePlace[] Correlate(int condition, ConditionImages images, EvaluationCell cell, EvaluationOptions options)
    {
        int[] labels = [.. Stored(condition, images).Select(images.Label)];
        return [.. DirichletOrder.Of(labels, options.Concentration, Generator(cell)).Select(i => new ImagePlace(condition, i))];
    }

    private static IReadOnlyList<StreamBatch> Cut(int round, ImagePlace[] places, int batch) =>
        [.. places.Chunk(batch).Select(images => new StreamBatch(round, images))];

    private static ImagePlace[] Shuffle(ImagePlace[] places, Random generator)
    {
        generator.Shuffle(places);
        return places;
    }

    private static Random Generator(EvaluationCell cell) => new(unchecked((int)(cell.Seed ^ (cell.Seed >> 32))));
}
