namespace EdgeAdapt.Datasets;

/// <summary>What <see cref="RoadSignExport"/> writes.</summary>
public sealed record RoadSignExportOptions
{
    /// <summary>The seed of the training pictures; 1 is what the demo models were trained on.</summary>
    public long TrainingSeed { get; init; } = 1;

    /// <summary>The seed of the test pictures.</summary>
    public long TestSeed { get; init; } = 2;

    /// <summary>Training pictures, 0 or more.</summary>
    public int TrainingCount { get; init; } = 12_000;

    /// <summary>Test pictures for each condition, 1 or more.</summary>
    public int TestCount { get; init; } = 1_000;

    /// <summary>The severity of every drift, 1 to 5.</summary>
    public int Severity { get; init; } = RoadSignCondition.DefaultSeverity;

    /// <summary>Throws where a value is out of its range, naming all that are.</summary>
    /// <exception cref="ArgumentException">At least one value is out of its range.</exception>
    public void Validate()
    {
        string[] faults =
        [
            .. new[]
            {
                TrainingCount < 0 ? "TrainingCount is below 0." : null,
                TestCount < 1 ? "TestCount is below 1." : null,
                Severity is < 1 or > RoadSignCondition.MaximumSeverity ? $"Severity is {Severity}, not 1 to 5." : null,
                TrainingSeed == TestSeed ? "TrainingSeed and TestSeed are equal: the test would show training pictures." : null,
            }.OfType<string>(),
        ];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(" ", faults));
        }
    }
}
