namespace EdgeAdapt.Demo.Statistics;

/// <summary>Counts over some frames of some agents.</summary>
/// <param name="Frames">Frames answered, failures included.</param>
/// <param name="Compared">Frames that count for the two accuracies.</param>
/// <param name="SourceRight">Of the compared ones, right by the unadapted model.</param>
/// <param name="AdaptedRight">Of the compared ones, right by the agent; a failed request is not right.</param>
/// <param name="Uploaded">Frames selected for upload.</param>
/// <param name="Failed">Failed requests.</param>
internal readonly record struct Tally(int Frames, int Compared, int SourceRight, int AdaptedRight, int Uploaded, int Failed)
{
    /// <summary>Accuracy of the unadapted model, 0 to 1; null before any frame is compared.</summary>
    public double? SourceAccuracy => Compared == 0 ? null : (double)SourceRight / Compared;

    /// <summary>Accuracy of the agents on the same frames, 0 to 1; null before any frame is compared.</summary>
    public double? AdaptedAccuracy => Compared == 0 ? null : (double)AdaptedRight / Compared;

    /// <summary>Share of the frames that were uploaded, 0 to 1; null before any frame.</summary>
    public double? UploadedShare => Frames == 0 ? null : (double)Uploaded / Frames;

    /// <summary>Counts the frames <c>[from, to)</c> of some agents.</summary>
    public static Tally Of(IEnumerable<AgentRecord> agents, int from, int to)
    {
        int frames = 0, compared = 0, source = 0, adapted = 0, uploaded = 0, failed = 0;
        foreach (AgentRecord agent in agents)
        {
            int end = Math.Min(to, agent.Position);
            for (int i = Math.Max(from, 0); i < end; i++)
            {
                if (agent.Answer(i) is not { } answer)
                {
                    continue;
                }

                frames++;
                uploaded += answer.Uploaded ? 1 : 0;
                failed += answer.Failure is null ? 0 : 1;
                if (agent.IsCompared(i))
                {
                    compared++;
                    source += agent.IsSourceRight(i) ? 1 : 0;
                    adapted += agent.IsAdaptedRight(i) ? 1 : 0;
                }
            }
        }

        return new Tally(frames, compared, source, adapted, uploaded, failed);
    }
}
