namespace EdgeAdapt.Datasets;

/// <summary>
/// Writes the road signs as NumPy files: <c>train_images.npy</c>, <c>train_labels.npy</c>, and a folder <c>drift</c> in
/// the layout of <see cref="CorruptionFolder"/> with one file for each condition.
/// </summary>
public static class RoadSignExport
{
    /// <summary>The name of the folder with the test pictures.</summary>
    public const string DriftFolder = "drift";

    /// <summary>Writes the files; existing ones are replaced, the folders are created.</summary>
    /// <param name="folder">Where to write.</param>
    /// <param name="options">How many pictures of which seeds.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The export was stopped.</exception>
    public static void Write(string folder, RoadSignExportOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        string drift = Path.Combine(folder, DriftFolder);
        Directory.CreateDirectory(drift);
        if (options.TrainingCount > 0)
        {
            LabeledFrames training = RoadSigns.Render(options.TrainingSeed, options.TrainingCount, RoadSignCondition.Clean, cancellation);
            WriteImages(Path.Combine(folder, "train_images.npy"), training);
            WriteLabels(Path.Combine(folder, "train_labels.npy"), training);
        }

        foreach (RoadSignWeather weather in Enum.GetValues<RoadSignWeather>())
        {
            var condition = new RoadSignCondition(weather, options.Severity);
            LabeledFrames test = RoadSigns.Render(options.TestSeed, options.TestCount, condition, cancellation);
            WriteImages(Path.Combine(drift, condition.Name + ".npy"), test);
            if (weather == RoadSignWeather.Clean)
            {
                WriteLabels(Path.Combine(drift, "labels.npy"), test);
            }
        }
    }

    private static void WriteImages(string path, LabeledFrames frames) =>
        NpyFile.Write(path, NpyArray.Of(frames.Pixels, frames.Count, frames.Height, frames.Width, 3));

    private static void WriteLabels(string path, LabeledFrames frames) =>
        NpyFile.Write(path, NpyArray.Of(Array.ConvertAll(frames.Labels, l => (long)l), frames.Count));
}
