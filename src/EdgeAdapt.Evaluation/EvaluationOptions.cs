using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Evaluation;

/// <summary>What is compared with what. Every combination of method, protocol, batch, delay and seed is measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Names out of <see cref="MethodCatalog.Names"/>, in the order of the tables.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>In which order images come.</summary>
    public IReadOnlyList<EvaluationProtocol> Protocols { get; init; } = [EvaluationProtocol.Reset];

    /// <summary>Images in a batch at the edge, each at least 1.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [64];

    /// <summary>Batches between an upload and the parameters learnt from it, each at least 0.</summary>
    public IReadOnlyList<int> Delays { get; init; } = [0];

    /// <summary>Seeds of all random draws: replay, order of mixed and correlated streams.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [1];

    /// <summary>The conditions to use; empty for all of the data.</summary>
    public IReadOnlyList<string> Corruptions { get; init; } = [];

    /// <summary>Only the first images of each condition, at least 1; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>How often all conditions come round under <see cref="EvaluationProtocol.Recurring"/>, at least 2.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>
    /// δ of the Dirichlet distribution that spreads each class over a <see cref="EvaluationProtocol.Correlated"/> stream, above 0:
    /// the smaller, the longer the runs of one class. 0.1 as in RoTTA (Yuan et al., CVPR 2023).
    /// </summary>
    public double Concentration { get; init; } = 0.1;

    /// <summary>How uploads are encoded. Methods that send nothing to a cloud are measured with the first alone.</summary>
    public IReadOnlyList<UploadEncoding> Uploads { get; init; } = [new UploadEncoding(UploadFormat.Raw)];

    /// <summary>How parameter sets are encoded.</summary>
    public ParameterEncoding Parameters { get; init; }

    /// <summary>Cells measured at once, each on one thread of ONNX Runtime; 0 for one a core. It does not change any result.</summary>
    public int Workers { get; init; }

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }

        if (MethodCatalog.FindFault(Methods) is { } fault)
        {
            faults.Add(fault);
        }

        Require(Protocols.Count > 0 && Protocols.All(Enum.IsDefined), "There is no protocol, or an unknown one; give reset, for example.");
        Require(Batches.Count > 0 && Batches.All(b => b >= 1), $"The batches are {string.Join(", ", Batches)}; give at least 1, for example 64.");
        Require(Delays.Count > 0 && Delays.All(d => d >= 0), $"The delays are {string.Join(", ", Delays)}; give at least 0.");
        Require(Seeds.Count > 0, "There is no seed; give 1, for example.");
        Require(Limit is null or >= 1, $"The limit is {Limit}; give at least 1.");
        Require(Rounds >= 2, $"The rounds are {Rounds}; give at least 2, what comes once does not recur.");
        Require(Concentration > 0 && double.IsFinite(Concentration), $"The concentration is {Concentration}; give a finite number above 0, for example 0.1.");
        Require(Uploads.Count > 0 && Uploads.All(u => u.IsUsable), $"The uploads are {string.Join(", ", Uploads.Select(u => u.Name))}; give raw, png or jpeg of a quality of 1 to 100, for example jpeg-85.");
        Require(Workers >= 0, $"The workers are {Workers}; give at least 0, which is one a core.");
        return faults;
    }
}
