namespace EdgeAdapt.Adaptation;

/// <summary>
/// When a cloud gives up what it has learnt. New uploads are answered before anything learns from them, so they are an honest test of the current parameters
/// against the source's and against those of earlier conditions. A change of condition, forgetting and a collapse all show in it.
/// </summary>
public sealed record GuardOptions
{
    /// <summary>
    /// Standard errors of the mean difference in loss by which another set must be better, above 0. The comparison is made at every step, and uploads are those that the
    /// current parameters are unsure of, so two standard errors would give up good parameters now and then.
    /// </summary>
    public double Significance { get; init; } = 3;

    /// <summary>Uploads that the comparison remembers, at least 1: each batch of n keeps the share 1 − n / memory of what was summed before it, at least none.</summary>
    public int Memory { get; init; } = 64;

    /// <summary>Sets of earlier conditions that are kept for their return, at least 0. Each costs a forward pass over the uploads of every step.</summary>
    public int StoredSets { get; init; } = 4;

    /// <summary>Steps that a set must have been trained for before it is worth storing, at least 1.</summary>
    public int StepsToStore { get; init; } = 8;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        void Require(bool holds, string name, object value, string remedy)
        {
            if (!holds)
            {
                faults.Add($"{nameof(CemaOptions.Guard)}.{name} is {value}; {remedy}.");
            }
        }

        Require(Significance > 0 && double.IsFinite(Significance), nameof(Significance), Significance, "give a finite number of standard errors above 0, for example 3");
        Require(Memory >= 1, nameof(Memory), Memory, "give at least 1 upload, for example 64");
        Require(StoredSets >= 0, nameof(StoredSets), StoredSets, "give at least 0, which stores none");
        Require(StepsToStore >= 1, nameof(StepsToStore), StepsToStore, "give at least 1, for example 8");
        return faults;
    }
}
