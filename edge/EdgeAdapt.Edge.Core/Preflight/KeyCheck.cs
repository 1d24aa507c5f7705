using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>Says whose parameter sets would be believed. Keys that cannot be read are faults of the options.</summary>
internal static class KeyCheck
{
    public static IEnumerable<CheckFinding> Run(EdgeAgentOptions options)
    {
        string? found = null;
        try
        {
            found = string.Join(", ", TrustedKeys.Load(options.TrustedKeys).Ids);
        }
        catch (SigningKeyException)
        {
            // Listed with the settings already.
        }

        if (found is { Length: > 0 })
        {
            yield return CheckFinding.Ok("keys", $"parameter sets must be signed by {found}");
        }
        else if (found is not null && (options.Broker is not null || options.TakesRequests))
        {
            yield return CheckFinding.Warn("keys", "Parameter sets are taken unsigned. Make a pair with 'edgeadapt keys new' and give --trusted-key.");
        }
    }
}
