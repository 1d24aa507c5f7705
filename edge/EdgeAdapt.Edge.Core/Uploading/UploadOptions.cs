namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>How samples are sent.</summary>
public sealed record UploadOptions
{
    /// <summary>Samples that may be on their way at once: sent, and not yet acknowledged by the cloud. 1 to 1024.</summary>
    public int MaximumInFlight { get; init; } = 32;

    /// <summary>
    /// Bytes of samples that may be on their way to the broker at once: given to the connection and not yet taken over; 1 to 2^30. A larger sample goes alone. Default 1 MiB: a line of
    /// half a megabit a second holds it for 17 s, in which nothing else gets through.
    /// </summary>
    public long MaximumUnansweredBytes { get; init; } = 1 << 20;

    /// <summary>
    /// How long the cloud may take to acknowledge a sample that the broker has before it is sent again; 1 s to 1 day. Doubles, up to
    /// <see cref="LongestAcknowledgementTimeout"/>, while nothing is acknowledged: a cloud that is down for a day must not find each sample a
    /// thousand times in its queue.
    /// </summary>
    public TimeSpan AcknowledgementTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What the acknowledgement timeout grows to; from <see cref="AcknowledgementTimeout"/> to 1 day.</summary>
    public TimeSpan LongestAcknowledgementTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Bytes that samples may take; without any limit by default.</summary>
    public ByteBudgetOptions Budget { get; init; } = new();

    /// <summary>The form in which pictures travel.</summary>
    public SampleFormat Format { get; init; }

    /// <summary>Quality of JPEG where one is made, 1 to 100 as libjpeg counts. Default 85; docs/outbox.md holds the measurements.</summary>
    public int Quality { get; init; } = 85;

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IEnumerable<string> Faults()
    {
        if (MaximumInFlight is < 1 or > 1024)
        {
            yield return $"{MaximumInFlight} samples in flight cannot be. Give 1 to 1024, for example 32.";
        }

        if (MaximumUnansweredBytes is < 1 or > 1 << 30)
        {
            yield return $"{MaximumUnansweredBytes} bytes on their way to the broker cannot be. Give 1 to {1 << 30}, for example {1 << 20}.";
        }

        if (AcknowledgementTimeout < TimeSpan.FromSeconds(1) || AcknowledgementTimeout > TimeSpan.FromDays(1))
        {
            yield return $"The acknowledgement timeout is {AcknowledgementTimeout}. Give 1 second to 1 day, for example 20 seconds.";
        }

        if (LongestAcknowledgementTimeout < AcknowledgementTimeout || LongestAcknowledgementTimeout > TimeSpan.FromDays(1))
        {
            yield return $"The longest acknowledgement timeout is {LongestAcknowledgementTimeout}. Give the acknowledgement timeout ({AcknowledgementTimeout}) or more, at most 1 day.";
        }

        if (!Enum.IsDefined(Format))
        {
            yield return $"There is no upload format '{Format}'. Give --upload-format auto, original, png, jpeg or raw.";
        }

        if (Quality is < 1 or > 100)
        {
            yield return $"The quality of JPEG is {Quality}. Give --upload-quality 1 (smallest) to 100, for example 85.";
        }

        foreach (string fault in Budget.Faults())
        {
            yield return fault;
        }
    }
}
